using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Which classes gain and which lose, and what is taken for what.</summary>
internal static class ClassSection
{
    // The most arms shown where nothing was chosen: more would make the page endless.
    private const int MaxArms = 6;

    public static Markup Render(ReportModel model)
    {
        var parts = model.Focuses.Where(focus => focus.Arms.Count > 0)
            .Select(focus => Render(model, focus, isOpen: focus == model.Focuses[^1])).ToList();
        return parts.Count == 0 ? Markup.Empty : Markup.Of($"""
            <section id="classes">
            <h2>Classes</h2>
            <p>The recall of a class is the share of its test images that were taken for it. A class has few test
            images: look at the intervals, and expect some classes to gain and some to lose by chance alone.</p>
            {Markup.Join(parts)}
            </section>
            """);
    }

    private static Markup Render(ReportModel model, ArmFocus focus, bool isOpen)
    {
        var baseline = new Arm(focus.Baseline ?? ArmKind.RealOnly);
        var arms = focus.Arms.Take(MaxArms).Select(arm => arm.Arm).ToList();
        var left = focus.Arms.Count - MaxArms;
        var note = left > 0
            ? Markup.Note($"Nothing was chosen; of {focus.Arms.Count} arms the first {MaxArms} are here, {left} are "
                + "left out. comparison.json has all.")
            : Markup.Empty;
        var gains = arms.Select((arm, number) =>
            Gains(model, arm, new Comparison(focus.Shots, baseline, $"classes-{focus.Shots}-{number}")));
        var confusions = model.Report.Find(baseline, focus.Shots) is null
            ? Markup.Empty : ConfusionMatrix.Render(model.Report, focus.Shots, [baseline, .. arms]);
        return Markup.Of($"""
            <details{Markup.Text(isOpen ? " open" : "")}>
            <summary>{Numbers.Count(focus.Shots, "shot", "shots")} per class</summary>
            {note}
            {Markup.Join(gains)}
            {confusions}
            </details>
            """);
    }

    private sealed record Comparison(int Shots, Arm Baseline, string ChartId);

    private static Markup Gains(ReportModel model, Arm arm, Comparison comparison)
    {
        var baseline = comparison.Baseline;
        var gains = ClassGain.Of(model.Report, comparison.Shots, arm, baseline);
        if (gains.Count == 0)
            return Markup.Of($"""
                <h3>{arm}</h3>
                {Markup.Note($"The arm it is compared with ({baseline}) was not run, so there are no gains.")}
                """);
        var title = $"{arm} minus {baseline}: recall of each class";
        var table = new Table($"{title} (points; recalls in %)",
            [new("class", IsNumber: false), new("gain"), new(baseline.Name), new(arm.Name)]);
        foreach (var gain in gains)
            table.Add([Markup.Text(gain.Class), Markup.Text(Numbers.Difference(gain.Difference)),
                Markup.Text(Numbers.PerCent(gain.Before)), Markup.Text(Numbers.PerCent(gain.After))]);
        var (up, down) = (gains.Count(gain => gain.Difference.Mean > 0), gains.Count(gain => gain.Difference.Mean < 0));
        return Markup.Of($"""
            <h3>{title}</h3>
            <p>{up} of {gains.Count} classes gain, {down} lose, {gains.Count - up - down} stay as they are.</p>
            {model.Charts.Add(comparison.ChartId, title, gains)}
            {table.BelowChart()}
            """);
    }
}

/// <summary>What synthetic images add to the recall of a class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Difference">The difference of test recalls, seed by seed.</param>
/// <param name="Before">The mean recall without synthetic images, over the seeds that both arms have.</param>
/// <param name="After">That with them.</param>
internal sealed record ClassGain(string Class, PairedDifference Difference, double Before, double After)
{
    /// <summary>The gains of all classes with test images, the greatest first.</summary>
    public static IReadOnlyList<ClassGain> Of(ComparisonReport report, int shots, Arm arm, Arm baseline)
    {
        var (after, before) = (RunsOf(arm), RunsOf(baseline));
        return [.. report.Classes.Select(Create).OfType<ClassGain>().OrderByDescending(gain => gain.Difference.Mean)
            .ThenBy(gain => gain.Class, StringComparer.Ordinal)];

        Dictionary<int, ClassificationScores> RunsOf(Arm wanted) =>
            report.Runs.Where(run => run.Shots == shots && run.Arm == wanted).DistinctBy(run => run.Seed)
                .ToDictionary(run => run.Seed, run => run.Test);

        ClassGain? Create(string name, int number)
        {
            var (with, without) = (RecallsOf(after, number), RecallsOf(before, number));
            var seeds = with.Keys.Where(without.ContainsKey).ToList();
            return PairedDifference.Of(with, without) is { } difference
                ? new ClassGain(name, difference, seeds.Average(seed => without[seed]),
                    seeds.Average(seed => with[seed])) : null;
        }
    }

    private static Dictionary<int, double> RecallsOf(Dictionary<int, ClassificationScores> runs, int number) =>
        runs.Where(run => run.Value.Recall.ElementAtOrDefault(number) is not null)
            .ToDictionary(run => run.Key, run => run.Value.Recall[number]!.Value);
}
