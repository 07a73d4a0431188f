namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What limits the evidence.</summary>
internal static class LimitSection
{
    private const int FewSeeds = 5;
    private const int FewTestImages = 500;

    public static Markup Render(ReportModel model) => Markup.Of($"""
        <section id="limits">
        <h2>What limits the evidence</h2>
        <ul>
        {Markup.Join(Sentences(model).Select(sentence => Markup.Of($"<li>{sentence}</li>")))}
        </ul>
        </section>
        """);

    /// <summary>The sentences that are true of a comparison.</summary>
    public static IReadOnlyList<string> Sentences(ReportModel model)
    {
        var (report, seeds) = (model.Report, model.SeedCount);
        var sentences = new List<string>();
        if (seeds == 1)
            sentences.Add("There is one seed: no difference here has an interval, and any may be chance.");
        else if (seeds < FewSeeds)
            sentences.Add($"There are {seeds} seeds only. Intervals of so few are wide and lean on accuracies being "
                + "normally distributed over seeds; with more seeds they narrow, and a difference may vanish or "
                + "appear.");
        if (!report.Settings.DrawShots && seeds > 1)
            sentences.Add("All seeds learnt from the same shots (--draw-shots was off): intervals tell of other "
                + "weights, orders and synthetic images only, not of other shots.");
        var differences = report.Summaries.Count(summary => summary.AgainstBaseline?.PValue is not null)
            + report.Summaries.Count(summary => summary.AgainstRealOnly?.PValue is not null);
        if (differences > 1)
            sentences.Add($"{differences} differences were tested and their p is not corrected for that: about one "
                + "in twenty falls below 0.05 by chance. Look at the arm of the headline, which was named before "
                + "the test.");
        if (report.Choices.Count > 0 && report.ValidationImages == 0)
            sentences.Add("The set has no val split: choices were made by training images that are no shots.");
        if (report.TestImages < FewTestImages)
            sentences.Add($"There are {report.TestImages} test images; one more that is right is "
                + $"{Numbers.AbsolutePoints(1.0 / Math.Max(1, report.TestImages))} points. All arms and seeds share "
                + "them, so intervals tell nothing of other test images.");
        sentences.Add("All is about this set of images, this classifier and these numbers of optimiser steps; "
            + "another classifier, above all one that was trained on many images before, may gain more, less or "
            + "nothing.");
        return sentences;
    }
}
