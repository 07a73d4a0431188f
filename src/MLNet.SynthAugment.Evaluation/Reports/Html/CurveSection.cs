using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Accuracies over shots and over amounts.</summary>
internal static class CurveSection
{
    public static Markup Render(ReportModel model)
    {
        var curves = new Curves(model.Report);
        var parts = new List<Markup>();
        if (model.Shots.Count > 1)
            parts.Add(Render(curves.OverShots(), model.Charts));
        if (model.Report.Summaries.Any(summary => summary.Arm.IsSynthetic))
            parts.AddRange(model.Shots.Select(count => Render(curves.OverAmounts(count), model.Charts)));
        if (parts.Count == 0)
            return Markup.Empty;
        return Markup.Of($"""
            <section id="curves">
            <h2>Accuracy by shots and amount</h2>
            <p>Mean test accuracy over the seeds; bars are 95 %
            intervals{(model.SeedCount < 2 ? ", which one seed does not have" : "")}. Bars that reach below 0 or above
            100 % are cut there. Ticks are evenly spaced, whatever their values. At 0 synthetic images stands the arm
            that is the same without any. A name above a chart shows or hides its line.</p>
            {Markup.Join(parts)}
            </section>
            """);
    }

    private static Markup Render(Curve curve, ChartData charts)
    {
        var table = new Table($"{curve.Title} (test, %)",
            [new Table.Column("arm", IsNumber: false), .. curve.Ticks.Select(tick => new Table.Column($"{tick}"))]);
        foreach (var line in curve.Lines)
            table.Add([Markup.Text(line.Name), .. line.Points.Select(point => Markup.Text(Numbers.Accuracy(point)))]);
        return Markup.Of($"""
            <h3>{curve.Title}</h3>
            {charts.Add(curve)}
            {table.BelowChart()}
            """);
    }
}

/// <summary>Accuracies over shots or amounts: what a chart draws and its table lists.</summary>
/// <param name="Id">The chart's name in the page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="XName">What is on the horizontal axis.</param>
/// <param name="Ticks">Its values.</param>
/// <param name="Lines">The lines.</param>
internal sealed record Curve(
    string Id, string Title, string XName, IReadOnlyList<int> Ticks, IReadOnlyList<CurveLine> Lines);

/// <summary>A line of a <see cref="Curve"/>.</summary>
/// <param name="Name">The arm.</param>
/// <param name="Kind">Its kind, which says how the line is drawn.</param>
/// <param name="Tone">Which colour it has; −1 for arms without synthetic images.</param>
/// <param name="IsShown">Whether it is drawn before a reader asks for it.</param>
/// <param name="Points">Accuracies, 0 to 1, by the number of the tick; null where there is none.</param>
internal sealed record CurveLine(string Name, ArmKind Kind, int Tone, bool IsShown, IReadOnlyList<MeanInterval?> Points)
{
    /// <summary>
    /// Whether the ticks make no difference to it, as amounts make none to arms without synthetic images.
    /// </summary>
    public bool IsFlat { get; init; }
}

/// <summary>Makes the curves of a comparison.</summary>
/// <param name="report">The results.</param>
internal sealed class Curves(ComparisonReport report)
{
    private readonly List<int> _shots = [.. report.Summaries.Select(summary => summary.Shots).Distinct().Order()];
    private readonly List<string> _methods =
        [.. report.Summaries.Select(summary => summary.Arm.Method).OfType<string>().Distinct()];
    private readonly List<int> _amounts =
        [.. report.Summaries.Select(summary => summary.Arm.Amount).Where(amount => amount > 0).Distinct().Order()];

    /// <summary>
    /// Accuracy over shots: of the amounts of a method the chosen ones, or each where nothing was chosen.
    /// </summary>
    public Curve OverShots() =>
        new("shots", "Accuracy by shots", "Real images of each class (shots)", _shots,
            [.. WithoutSynthetic().Concat(Kinds().SelectMany(LinesOverShots))]);

    /// <summary>
    /// Accuracy over amounts at a number of shots. At 0 stands the arm that has all but the synthetic images.
    /// </summary>
    public Curve OverAmounts(int shots)
    {
        int[] ticks = [0, .. _amounts];
        return new Curve($"amounts-{shots}", $"Accuracy by amount, {Numbers.Count(shots, "shot", "shots")} per class",
            "Synthetic images of each class", ticks,
            [.. Flat(shots, ticks).Concat(
                Kinds().SelectMany(kind =>
                _methods.Select((method, tone) => LineOverAmounts(shots, kind, method, tone, ticks))))
                    .Where(line => line.Points.Any(point => point is not null))]);
    }

    private IEnumerable<ArmKind> Kinds() =>
        report.Summaries.Select(summary => summary.Arm.Kind).Where(Arm.UsesSynthetic).Distinct().OrderDescending();

    // What a reader sees first: the arms of the headline.
    private ArmKind FirstKind => Kinds().FirstOrDefault();

    private IEnumerable<CurveLine> WithoutSynthetic() => KindsWithoutSynthetic().Select(kind =>
        new CurveLine(new Arm(kind).Name, kind, -1, IsShownFirst(kind),
            [.. _shots.Select(shots => report.Find(new Arm(kind), shots)?.Test)]));

    private IEnumerable<ArmKind> KindsWithoutSynthetic() =>
        report.Summaries.Select(summary => summary.Arm.Kind).Where(kind => !Arm.UsesSynthetic(kind)).Distinct().Order();

    private bool IsShownFirst(ArmKind kind) =>
        kind is ArmKind.RealOnly or ArmKind.RealClassic
            || (kind == ArmKind.RealRepeated && FirstKind != ArmKind.RealClassicSynthetic);

    private IEnumerable<CurveLine> LinesOverShots(ArmKind kind)
    {
        foreach (var (method, tone) in _methods.Select((method, tone) => (method, tone)))
        {
            var name = new Arm(kind, method).Name;
            var chosen = _shots.ConvertAll(
                shots => report.Choices.FirstOrDefault(
                choice => choice.Shots == shots && choice.Kind == kind && choice.Method == method)?.Chosen);
            if (chosen.TrueForAll(arm => arm is not null))
            {
                yield return new CurveLine(
                    _amounts.Count > 1 ? $"{name}, chosen amount" : name, kind, tone, kind == FirstKind,
                    [.. chosen.Zip(_shots, (arm, shots) => report.Find(arm!, shots)?.Test)]);
                continue;
            }
            foreach (var (amount, number) in _amounts.Select((amount, number) => (amount, number)))
            {
                var points = _shots.ConvertAll(shots => report.Find(new Arm(kind, method, amount), shots)?.Test);
                if (points.Exists(point => point is not null))
                    yield return new CurveLine(
                        $"{name}, {amount} per class", kind, (tone * _amounts.Count) + number, kind == FirstKind,
                        points);
            }
        }
    }

    private IEnumerable<CurveLine> Flat(int shots, int[] ticks) =>
        KindsWithoutSynthetic().Where(kind => report.Find(new Arm(kind), shots) is not null).Select(kind =>
    {
        var test = report.Find(new Arm(kind), shots)!.Test;
        return new CurveLine(new Arm(kind).Name, kind, -1, IsShownFirst(kind), [.. ticks.Select(_ => test)])
        { IsFlat = true };
    });

    private CurveLine LineOverAmounts(int shots, ArmKind kind, string method, int tone, int[] ticks) =>
        new(new Arm(kind, method).Name, kind, tone, kind == FirstKind,
        [.. ticks.Select(amount => amount > 0
            ? report.Find(new Arm(kind, method, amount), shots)?.Test : StartOf(kind, shots))]);

    // The interval stands at the line of that arm itself.
    private MeanInterval? StartOf(ArmKind kind, int shots) =>
        new Arm(kind).Baseline is { } baseline && report.Find(new Arm(baseline), shots) is { } found
            ? found.Test with { HalfWidth = null } : null;
}
