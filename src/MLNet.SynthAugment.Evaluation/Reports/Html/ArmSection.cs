using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Every arm with its differences.</summary>
internal static class ArmSection
{
    public static Markup Render(ReportModel model)
    {
        var report = model.Report;
        var table = new Table("All arms: test accuracy in %, differences in points", [
            new("shots"), new("trained on", IsNumber: false), new("synthetic per class"), new("to choose by"),
            new("test"), new("minus real only"), new("minus the same without synthetic"),
            new("that is", IsNumber: false)]);
        foreach (var summary in report.Summaries.OrderBy(summary => summary.Shots))
        {
            var isChosen = IsChosen(report, summary);
            table.Add([
                Markup.Of($"{summary.Shots}"),
                Markup.Text(summary.Name),
                Markup.Of($"{(summary.Arm.IsSynthetic ? $"{summary.Arm.Amount}" : "")}{(isChosen ? " ★" : "")}"),
                Markup.Text(Numbers.Accuracy(summary.Validation)),
                Markup.Of($"<strong>{Numbers.Accuracy(summary.Test)}</strong>"),
                Difference(summary.AgainstRealOnly),
                Difference(summary.AgainstBaseline),
                Markup.Text(summary.Baseline ?? "")], isChosen);
        }
        var chosen = report.Choices.Count == 0
            ? "Nothing was chosen." : $"★ is the amount of its method that was chosen by {model.ChosenBy}.";
        return Markup.Of($"""
            <section id="arms">
            <h2>All arms</h2>
            <p>Mean over the seeds ± half of the 95 % interval; below it the interval's ends and the p of the paired
            test. {chosen} {Numbers.Count(report.TestImages, "test image", "test images")},
            {Numbers.Count(report.Classes.Count, "class", "classes")}.</p>
            {table.ToMarkup()}
            </section>
            """);
    }

    private static bool IsChosen(ComparisonReport report, ArmSummary summary) =>
        report.Choices.Any(choice => choice.Method is not null && choice.Shots == summary.Shots
            && choice.Chosen == summary.Arm);

    private static Markup Difference(PairedDifference? difference)
    {
        if (difference is null)
            return Markup.Text(Numbers.Nothing);
        var detail = difference is { HalfWidth: { } half, PValue: { } p }
            ? Markup.Of($"<br><small>{Numbers.Ends(difference.Mean, half)}, {Numbers.P(p)}</small>") : Markup.Empty;
        return Markup.Of($"{Numbers.Difference(difference)}{detail}");
    }
}
