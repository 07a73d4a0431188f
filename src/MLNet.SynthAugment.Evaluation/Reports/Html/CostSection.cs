using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What a useful image costs.</summary>
internal static class CostSection
{
    public static Markup Render(ReportModel model)
    {
        var report = model.Report;
        if (report.Syntheses.Count == 0)
            return Markup.Empty;
        var table = new Table("Time of synthetic images, all seeds together", [
            new("method", IsNumber: false), new("shots"), new("images kept"), new("time"), new("candidates accepted"),
            new("seconds per candidate"), new("seconds per kept image")]);
        foreach (var made in report.Syntheses.GroupBy(made => (made.Method, made.Shots)))
            table.Add(Row(made.Key.Method, made.Key.Shots, ImageCost.Of([.. made], report.Classes.Count)));
        return Markup.Of($"""
            <section id="cost">
            <h2>Time and cost</h2>
            <p>Wall time with all that a method learns first, on the machine described under
            <a href="#settings">settings</a>. Images kept are those that were trained on; where a selection accepted too
            few, the best of the rejected fill up and count here too. After an interruption only the last part of the
            time is known.</p>
            {table.ToMarkup()}
            </section>
            """);
    }

    private static IReadOnlyList<Markup> Row(string method, int shots, ImageCost cost) => [
        Markup.Text(method),
        Markup.Of($"{shots}"),
        Markup.Of($"{cost.Images}"),
        Markup.Text(cost.Images == 0 ? "there before" : Numbers.Duration(cost.Seconds)),
        Markup.Text(cost.Acceptance is { } acceptance ? $"{Numbers.PerCent(acceptance)} %" : "no selection"),
        Markup.Text(Seconds(cost.SecondsPerCandidate)),
        Markup.Text(Seconds(cost.SecondsPerImage))];

    private static string Seconds(double? seconds) => seconds is { } value
        ? value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : Numbers.Nothing;
}

/// <summary>What the images of a method took at a number of shots, over the seeds.</summary>
/// <param name="Images">Images that were made for training and kept.</param>
/// <param name="Seconds">Their wall time.</param>
/// <param name="Acceptance">The mean share of candidates that were accepted; null without a selection.</param>
internal sealed record ImageCost(long Images, double Seconds, double? Acceptance)
{
    /// <summary>Wall time of an image that was kept.</summary>
    public double? SecondsPerImage => Images == 0 ? null : Seconds / Images;

    /// <summary>Wall time of a candidate, kept or not.</summary>
    public double? SecondsPerCandidate => SecondsPerImage * (Acceptance ?? 1);

    /// <summary>The cost of some syntheses.</summary>
    /// <param name="syntheses">Those of one method and number of shots.</param>
    /// <param name="classes">The number of classes.</param>
    public static ImageCost Of(IReadOnlyList<SynthesisResult> syntheses, int classes)
    {
        var (images, seconds) = (0L, 0.0);
        foreach (var ofSeed in syntheses.GroupBy(made => made.Seed))
        {
            var before = 0;
            // What was there already has a time that says nothing. With a selection Made is no number of images: a
            // larger amount goes on from the smaller one.
            foreach (var made in ofSeed.Where(made => made.Made > 0).OrderBy(made => made.Amount))
            {
                images += made.Acceptance is null ? made.Made : (long)(made.Amount - before) * classes;
                seconds += made.Seconds;
                before = made.Amount;
            }
        }
        // That of the largest amount is about all candidates of its store.
        var acceptance = syntheses.GroupBy(made => made.Seed)
            .Select(ofSeed => ofSeed.MaxBy(made => made.Amount)!.Acceptance).OfType<double>().ToList();
        return new ImageCost(images, seconds, acceptance.Count == 0 ? null : acceptance.Average());
    }
}
