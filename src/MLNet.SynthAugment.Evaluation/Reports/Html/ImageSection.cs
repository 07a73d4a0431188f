using Microsoft.Data.Sqlite;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What the methods made: contact sheets, and the images that are nearest to a shot.</summary>
/// <param name="report">The results.</param>
/// <param name="options">Limits.</param>
internal sealed class ImageSection(ComparisonReport report, HtmlReportOptions options)
{
    private readonly Pictures _pictures = new(options.MaxPictureBytes);

    public Markup Render(CancellationToken cancellation)
    {
        if (!options.ShowImages || report.Syntheses.Count == 0)
            return Markup.Empty;
        // Of each method the images of one training set: as an example, not the best.
        var shots = report.Syntheses.Max(made => made.Shots);
        var seed = report.Syntheses.Where(made => made.Shots == shots).Min(made => made.Seed);
        var syntheses = report.Syntheses.Where(made => made.Shots == shots && made.Seed == seed)
            .GroupBy(made => made.Method).Select(ofMethod => ofMethod.MaxBy(made => made.Amount)!).ToList();
        using var clip = new ReportClip(report, options);
        var parts = syntheses.Select(
            (made, number) => Render(
            made, clip, options.MaxPictureBytes / syntheses.Count * (number + 1), cancellation)).ToList();
        return Markup.Of($"""
            <section id="images"><h2>What the methods made</h2>
            <p>Images of seed {seed} with {Numbers.Count(shots, "shot", "shots")} a class, as an example. Larger ones are scaled down to {Pictures.Side} pixels.</p>
            {Markup.Join(parts)}</section>
            """);
    }

    private Markup Render(SynthesisResult made, ReportClip clip, int share, CancellationToken cancellation)
    {
        options.Log?.Invoke($"Report: images of {made.Method}.");
        try
        {
            var images = SynthesisImages.Read(made, report.Settings, options.Folder);
            var nearest = NearestShotSection.Render(images, clip, _pictures, share, cancellation);
            return Markup.Of($"<h3>{made.Method}</h3>{ContactSheetSection.Render(images, _pictures, options.MaxClasses, share, cancellation)}{nearest}");
        }
        // A comparison outlives its images: numbers are what a report is for.
        catch (Exception error)
            when (error is IOException or InvalidDataException or UnauthorizedAccessException or SqliteException or ArgumentException)
        {
            return Markup.Of($"<h3>{made.Method}</h3><p class=\"note\">There are no pictures of its images: {error.Message.TrimEnd('.')}.</p>");
        }
    }
}
