namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The images that are nearest to a shot, beside it: would a copy be among them?</summary>
internal static class NearestShotSection
{
    private const int PairCount = 8;

    public static Markup Render(
        SynthesisImages images, ReportClip clip, Pictures pictures, int share, CancellationToken cancellation)
    {
        NearestShots nearest;
        try
        {
            nearest = NearestShots.Measure(images, clip, cancellation);
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            return Markup.Of($"<p class=\"note\">Distances to shots were not measured: {error.Message.TrimEnd('.')}.</p>");
        }
        if (nearest.Pairs.Count == 0)
            return Markup.Of($"<p class=\"note\">Distances to shots were not measured: the shots or the images are gone.</p>");
        var pairs = pictures.TryAll(
            share, () => nearest.Pairs.Take(PairCount).Select(pair => Render(images, pair, pictures)).ToList());
        return Markup.Of($"""
            <h4 class="nearest">Nearest to a shot</h4>
            <p>{Rate(nearest)} Distances are Euclidean, between features of length 1 (0 the same, 2 opposite) of {clip.Name}.{(nearest.Pairs.Count < nearest.Images ? $" {nearest.Pairs.Count} of {nearest.Images} images were measured." : "")}</p>
            {(pairs is null ? Markup.Of($"<p class=\"note\">The pairs do not fit into the file.</p>") : Markup.Of($"<div class=\"pairs\">{Markup.Join(pairs)}</div>"))}
            """);
    }

    private static string Rate(NearestShots nearest) => nearest.Copies is { } copies
        ? FormattableString.Invariant(
            $"Near copies: {100 * copies.Rate:0.0} % of {copies.Compared} images are nearer to a shot than the two nearest shots of their class are to each other. The median distance to the nearest shot is {copies.MedianDistance:0.000}, between shots {copies.MedianRealDistance:0.000}.")
        : "There is no near-copy rate: no class has two different shots to measure by.";

    private static Markup Render(SynthesisImages images, NearestShot pair, Pictures pictures) => Markup.Of($"""
        <figure>{pictures.OfShot(images.ShotFolder, pair.Shot, $"shot of {pair.Class.Label}")}{pictures.OfSynthetic(pair.Image, images.Folder, $"image {pair.Image.Index} of {pair.Class.Label}")}
        <figcaption>{pair.Class.Label}<br>distance {pair.Distance:0.000}{Markup.Text(pair.IsNearCopy ? ", near copy" : "")}</figcaption></figure>
        """);
}
