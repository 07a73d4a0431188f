using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Which classes gain and which lose, and what is taken for what.</summary>
internal static class ClassSection
{
    // Where nothing is chosen, so many arms; more would make the page endless.
    private const int MaxArms = 6;

    public static Markup Render(ComparisonReport report, IReadOnlyList<ArmFocus> focuses, ChartData charts)
    {
        var parts = focuses.Where(focus => focus.Arms.Count > 0)
            .Select(focus => Render(report, focus, charts, isOpen: focus == focuses[^1])).ToList();
        return parts.Count == 0 ? Markup.Empty : Markup.Of($"""
            <section id="classes"><h2>Classes</h2>
            <p>The recall of a class is the share of its test images that were taken for it. A class has few test images: look at the intervals, and expect some classes to gain and some to lose by chance alone.</p>
            {Markup.Join(parts)}</section>
            """);
    }

    private static Markup Render(ComparisonReport report, ArmFocus focus, ChartData charts, bool isOpen)
    {
        var baseline = new Arm(focus.Baseline ?? ArmKind.RealOnly);
        var left = focus.Arms.Count - MaxArms;
        var note = left > 0 ? Markup.Of(
            $"<p class=\"note\">Nothing was chosen; of {focus.Arms.Count} arms the first {MaxArms} are here, {left} are left out. comparison.json has all.</p>") : Markup.Empty;
        return Markup.Of($"""
            <details{Markup.Text(isOpen ? " open" : "")}><summary>{Numbers.Count(focus.Shots, "shot", "shots")} a class</summary>{note}
            {Markup.Join(focus.Arms.Take(MaxArms).Select((arm, number) => Render(report, focus.Shots, arm.Arm, baseline, $"classes-{focus.Shots}-{number}", charts)))}
            {(report.Find(baseline, focus.Shots) is null ? Markup.Empty : ConfusionMatrix.Render(report, focus.Shots, [baseline, .. focus.Arms.Take(MaxArms).Select(arm => arm.Arm)]))}
            </details>
            """);
    }

    private static Markup Render(ComparisonReport report, int shots, Arm arm, Arm baseline, string id, ChartData charts)
    {
        var gains = ClassGain.Of(report, shots, arm, baseline);
        if (gains.Count == 0)
            return Markup.Of($"<h3>{arm}</h3><p class=\"note\">The arm it is compared with ({baseline}) was not run, so there are no gains.</p>");
        var title = $"{arm} minus {baseline}: recall of each class";
        var table = new Table($"{title} (points; recalls in %)",
            [new("class", IsNumber: false), new("gain"), new(baseline.Name), new(arm.Name)]);
        foreach (var gain in gains)
            table.Add([Markup.Text(gain.Class), Markup.Text(Numbers.Difference(gain.Difference)),
                Markup.Text(Numbers.PerCent(gain.Before)), Markup.Text(Numbers.PerCent(gain.After))]);
        var (up, down) = (gains.Count(gain => gain.Difference.Mean > 0), gains.Count(gain => gain.Difference.Mean < 0));
        return Markup.Of($"<h3>{title}</h3><p>{up} of {gains.Count} classes gain, {down} lose, {gains.Count - up - down} stay as they are.</p>{charts.Add(id, title, gains)}{table.BelowChart()}");
    }
}
