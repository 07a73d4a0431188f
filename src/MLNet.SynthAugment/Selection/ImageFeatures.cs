using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// The directions in which a CLIP model sees images, each computed once and kept in the manifest. One image at a time,
/// so that a direction does not depend on what else is encoded.
/// </summary>
internal sealed class ImageFeatures(Func<ClipEncoder> clip, string clipHash, SelectionRecords records)
{
    public float[] Of(StoredImage image) => Get(image.Sha256, () => Png.Read(image.Path));

    public float[] Of(Shot shot) => Get(shot.ImageHash, shot.OpenImage);

    /// <summary>The cosine of the angle between two directions.</summary>
    public static double Similarity(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    /// <summary>The direction between others: their sum, brought to length 1.</summary>
    public static float[] Mean(IReadOnlyList<float[]> directions)
    {
        var sum = new double[directions[0].Length];
        foreach (var direction in directions)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += direction[i];
        }
        var length = Math.Sqrt(sum.Sum(value => value * value));
        return [.. sum.Select(value => (float)(value / length))];
    }

    private float[] Get(string hash, Func<Image<Rgb24>> open)
    {
        if (records.FindFeature(clipHash, hash) is { } known)
            return known;
        using var image = open();
        using var encoded = clip().EncodeImages([image]);
        using var onCpu = encoded.cpu();
        var feature = onCpu.ToArray<float>();
        records.AddFeature(clipHash, hash, feature);
        return feature;
    }
}
