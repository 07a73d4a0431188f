using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

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
/// <param name="Images">How many images there are; of very many, those in <paramref name="Pairs"/> were looked
/// at.</param>
internal sealed record NearestShots(IReadOnlyList<NearestShot> Pairs, NearCopyRate? Copies, int Images)
{
    private const int MaxImages = 1000;

    /// <summary>Measures the images that were trained on.</summary>
    /// <exception cref="IOException">The CLIP model is gone.</exception>
    public static NearestShots Measure(SynthesisImages images, ReportClip clip, CancellationToken cancellation)
    {
        var ofEach = Math.Max(1, MaxImages / Math.Max(1, images.Classes.Count));
        var (pairs, real, synthetic) =
            (new List<NearestShot>(), new List<(string Label, float[] Feature)>(),
            new List<(string Label, float[] Feature)>());
        foreach (var found in images.Classes)
        {
            var shots = ShotsOf(images, found, clip);
            if (shots.Count == 0)
                continue;
            real.AddRange(shots.Select(shot => (found.Label, shot.Feature)));
            var between = Between(shots.ConvertAll(shot => shot.Feature));
            foreach (var image in found.Kept.Take(ofEach))
            {
                cancellation.ThrowIfCancellationRequested();
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
