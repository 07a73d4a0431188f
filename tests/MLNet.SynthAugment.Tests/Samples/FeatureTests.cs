using FewShotAccuracy.Arms;
using FewShotAccuracy.Features;
using FewShotAccuracy.Images;

namespace MLNet.SynthAugment.Tests.Samples;

public sealed class FeatureTests
{
    private const int Side = 16;
    private const int Bins = 4;

    [Fact]
    public void Gradients_of_a_vertical_edge_point_sideways()
    {
        // 0° lies between the last and the first bin (centres at 22.5°, 67.5°, …): each gets half.
        var features = Gradients((x, _) => x < Side / 2 ? 0 : 1);
        var totals = Enumerable.Range(0, Bins).Select(bin => features.Where((_, i) => i % Bins == bin).Sum()).ToArray();
        Assert.Equal(totals[0], totals[3], 1e-4f);
        Assert.True(totals[0] > 1);
        Assert.Equal(0, totals[1] + totals[2], 1e-6f);
    }

    [Fact]
    public void Gradients_do_not_depend_on_brightness_or_contrast()
    {
        var features = Gradients((x, y) => MathF.Sin(x) * MathF.Cos(y * 0.7f));
        var darker = Gradients((x, y) => 3 + (0.5f * MathF.Sin(x) * MathF.Cos(y * 0.7f)));
        Assert.All(features.Zip(darker), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.True(features.Max() > 0.1f);
    }

    [Fact]
    public void Colours_are_shared_among_the_nearest()
    {
        float[] planes = [1, 1, 0, 0.5f, 0, 0];
        var features = new float[ColourHistogram.Length];
        ColourHistogram.Compute(planes, features);
        Assert.Equal(4, features.Sum(value => value * value), 1e-4f);
        // One pixel (1, 0, 0) in the corner of red; one (1, 0.5, 0) halfway between levels 1 and 2 of green.
        Assert.Equal(2 * MathF.Sqrt(0.5f), features[48], 1e-5f);
        Assert.Equal(2 * MathF.Sqrt(0.25f), features[48 + 4], 1e-5f);
        Assert.Equal(2 * MathF.Sqrt(0.25f), features[48 + 8], 1e-5f);
    }

    [Fact]
    public void Made_rows_share_the_rest_of_the_loss()
    {
        var rows = TrainingRows.Combine([new ImageRow { Label = "real" }], [.. Enumerable.Repeat(new ImageRow { Label = "made" }, 9)], realLossWeight: 0.8);
        Assert.Equal(10, rows.Sum(row => row.Weight), 1e-4f);
        Assert.Equal(8, rows.Where(row => row.Label == "real").Sum(row => row.Weight), 1e-4f);
    }

    private static float[] Gradients(Func<int, int, float> grey)
    {
        var histogram = new OrientedGradientHistogram(Side, cell: 4, Bins);
        var plane = Enumerable.Range(0, Side * Side).Select(i => grey(i % Side, i / Side));
        var features = new float[histogram.Length];
        histogram.Compute([.. plane, .. plane, .. plane], features);
        return features;
    }
}
