using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The images that are nearest to a shot, beside it: would a copy be among them?</summary>
internal static class NearestShotSection
{
    private const int PairCount = 8;

    public static Markup Render(
        SynthesisImages images, ReportClip clip, Pictures pictures, int share, CancellationToken cancellationToken)
    {
        NearestShots nearest;
        try
        {
            nearest = NearestShots.Measure(images, clip, cancellationToken);
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            return Markup.Note($"Distances to shots were not measured: {error.Message.TrimEnd('.')}.");
        }
        if (nearest.Pairs.Count == 0)
            return Markup.Note("Distances to shots were not measured: the shots or the images are gone.");
        var pairs = pictures.TryAll(
            share, () => nearest.Pairs.Take(PairCount).Select(pair => Render(images, pair, pictures)).ToList());
        var measured = nearest.Pairs.Count < nearest.Images
            ? $" {nearest.Pairs.Count} of {nearest.Images} images were measured." : "";
        var figures = pairs is null
            ? Markup.Note("The pairs do not fit into the file.")
            : Markup.Of($"""<div class="pairs">{Markup.Join(pairs)}</div>""");
        return Markup.Of($"""
            <h4 class="nearest">Nearest to a shot</h4>
            <p>{Rate(nearest)} Distances are Euclidean, between features of length 1 (0 the same, 2 opposite) of
            {clip.Name}.{measured}</p>
            {figures}
            """);
    }

    private static string Rate(NearestShots nearest) => nearest.Copies is { } copies
        ? FormattableString.Invariant($"Near copies: {100 * copies.Rate:0.0} % of {copies.Compared} images are nearer ")
            + "to a shot than the two nearest shots of their class are to each other. The median distance to the "
            + FormattableString.Invariant(
                $"nearest shot is {copies.MedianDistance:0.000}, between shots {copies.MedianRealDistance:0.000}.")
        : "There is no near-copy rate: no class has two different shots to measure by.";

    private static Markup Render(SynthesisImages images, NearestShot pair, Pictures pictures) => Markup.Of($"""
        <figure>{pictures.OfShot(images.ShotFolder, pair.Shot, $"shot of {pair.Class.Label}")}{pictures.OfSynthetic(
            pair.Image, images.Folder, $"image {pair.Image.Index} of {pair.Class.Label}")}
        <figcaption>{pair.Class.Label}<br>distance {pair.Distance:0.000}{(
            pair.IsNearCopy ? ", near copy" : "")}</figcaption>
        </figure>
        """);
}

/// <summary>A synthetic image with the shot of its class that it is nearest to.</summary>
/// <param name="Class">The class.</param>
/// <param name="Image">The synthetic image.</param>
/// <param name="Shot">The shot's hash.</param>
/// <param name="Distance">The distance of their CLIP features, 0 to 2.</param>
/// <param name="BetweenShots">That of the two nearest different shots of the class; null where there are none.</param>
internal sealed record NearestShot(
    ClassImages Class, StoredImage Image, string Shot, double Distance, double? BetweenShots)
{
    /// <summary>Whether it is nearer to a shot than shots are to each other.</summary>
    public bool IsNearCopy => Distance < BetweenShots;
}

/// <summary>How near the images of a store are to the shots.</summary>
/// <param name="Pairs">Images with their shots, the nearest first.</param>
/// <param name="Copies">The share of near copies; null where no class has two different shots.</param>
/// <param name="Images">How many images there are; of very many, those in <paramref name="Pairs"/> were
/// measured.</param>
internal sealed record NearestShots(IReadOnlyList<NearestShot> Pairs, NearCopyRate? Copies, int Images)
{
    private const int MaxImages = 1000;

    /// <summary>Measures the images that were trained on.</summary>
    /// <exception cref="IOException">The CLIP model is gone.</exception>
    public static NearestShots Measure(SynthesisImages images, ReportClip clip, CancellationToken cancellationToken)
    {
        var ofEach = Math.Max(1, MaxImages / Math.Max(1, images.Classes.Count));
        var pairs = new List<NearestShot>();
        var real = new List<(string Label, float[] Feature)>();
        var synthetic = new List<(string Label, float[] Feature)>();
        foreach (var found in images.Classes)
        {
            var shots = ShotsOf(images, found, clip);
            if (shots.Count == 0)
                continue;
            real.AddRange(shots.Select(shot => (found.Label, shot.Feature)));
            var between = Between(shots.ConvertAll(shot => shot.Feature));
            foreach (var image in found.Kept.Take(ofEach))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!SynthesisStore.IsIntact(image, images.Folder)
                    || !BoundedImageDecoder.Default.TryDecode(File.ReadAllBytes(image.Path), out var picture, out _))
                    continue;
                float[] feature;
                using (picture)
                    feature = clip.Encode(picture);
                synthetic.Add((found.Label, feature));
                var nearest = shots.MinBy(shot => Distance(shot.Feature, feature));
                pairs.Add(new NearestShot(found, image, nearest.Hash, Distance(nearest.Feature, feature), between));
            }
        }
        return new NearestShots(
            [.. pairs.OrderBy(pair => pair.Distance)], RateOf(real, synthetic),
            images.Classes.Sum(found => found.Kept.Count));
    }

    private static List<(string Hash, float[] Feature)> ShotsOf(
        SynthesisImages images, ClassImages found, ReportClip clip)
    {
        var shots = new List<(string, float[])>();
        foreach (var hash in found.Shots.Where(hash => images.ShotFolder.FindFault(hash) is null))
        {
            using var shot = images.ShotFolder.Open(hash);
            shots.Add((hash, clip.Encode(shot)));
        }
        return shots;
    }

    private static NearCopyRate? RateOf(
        List<(string Label, float[] Feature)> real, List<(string Label, float[] Feature)> synthetic)
    {
        if (real.Count == 0 || synthetic.Count == 0)
            return null;
        try
        {
            return NearCopyRate.Compute(Labelled(real), Labelled(synthetic));
        }
        catch (UnmeasurableException)
        {
            return null;
        }

        static LabelledFeatures Labelled(List<(string Label, float[] Feature)> rows) =>
            new(rows.ConvertAll(row => row.Feature), rows.ConvertAll(row => (string?)row.Label));
    }

    private static double? Between(IReadOnlyList<float[]> shots)
    {
        var distances = shots.SelectMany((a, i) => shots.Skip(i + 1).Select(b => Distance(a, b)))
            .Where(distance => distance > 0).ToList();
        return distances.Count == 0 ? null : distances.Min();
    }

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum());
}

/// <summary>The CLIP model that distances are measured by, loaded at its first use.</summary>
internal sealed class ReportClip : IDisposable
{
    private readonly ImageTextModel _model;
    private readonly HtmlReportOptions _options;
    private ClipEncoder? _encoder;

    public ReportClip(ComparisonReport report, HtmlReportOptions options)
    {
        _options = options;
        _model = options.Clip ?? (report.Settings.Clip is { } folder
            ? ImageTextModel.At(folder) : ImageTextModel.Embedded);
    }

    /// <summary>The model in words.</summary>
    public string Name => _model.Folder == ImageTextModel.Embedded.Folder
        ? "the embedded CLIP model, which is small and knows little of photographs"
            : $"the CLIP model {Path.GetFileName(_model.Folder)}";

    /// <summary>The direction of an image, of length 1.</summary>
    /// <exception cref="IOException">The model is gone or damaged.</exception>
    public float[] Encode(Image<Rgb24> image)
    {
        try
        {
            _encoder ??= _model.Load(_options.Device, Precision.Float32);
        }
        catch (Exception error) when (error is ModelFolderException or SafetensorsException)
        {
            throw new IOException($"the CLIP model cannot be loaded ({error.Message.TrimEnd('.')}); --clip names "
                + "another", error);
        }
        using var encoded = _encoder.EncodeImages([image]);
        using var onCpu = encoded.cpu();
        return onCpu.ToArray<float>();
    }

    public void Dispose() => _encoder?.Dispose();
}
