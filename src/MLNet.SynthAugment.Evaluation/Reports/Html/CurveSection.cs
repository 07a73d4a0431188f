using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Accuracies over shots and over amounts.</summary>
internal static class CurveSection
{
    public static Markup Render(ComparisonReport report, IReadOnlyList<int> shots, ChartData charts)
    {
        var curves = new Curves(report);
        var parts = new List<Markup>();
        if (shots.Count > 1)
            parts.Add(Render(curves.OverShots(), charts));
        if (report.Summaries.Any(summary => summary.Arm.IsSynthetic))
            parts.AddRange(shots.Select(count => Render(curves.OverAmounts(count), charts)));
        if (parts.Count == 0)
            return Markup.Empty;
        return Markup.Of($"""
            <section id="curves"><h2>Accuracy by shots and amount</h2>
            <p>Mean test accuracy over the seeds; bars are 95 % intervals{(report.Runs.Select(run => run.Seed).Distinct().Count() < 2 ? ", which one seed does not have" : "")}. Bars that reach below 0 or above 100 % are cut there. Ticks are evenly spaced, whatever their values. At 0 synthetic images stands the arm that is the same without any. A name above a chart shows or hides its line.</p>
            {Markup.Join(parts)}</section>
            """);
    }

    private static Markup Render(Curve curve, ChartData charts)
    {
        var table = new Table($"{curve.Title} (test, %)",
            [new Table.Column("arm", IsNumber: false), .. curve.Ticks.Select(tick => new Table.Column($"{tick}"))]);
        foreach (var line in curve.Lines)
            table.Add([Markup.Text(line.Name), .. line.Points.Select(point => Markup.Text(Numbers.Accuracy(point)))]);
        return Markup.Of($"<h3>{curve.Title}</h3>{charts.Add(curve)}{table.BelowChart()}");
    }
}
