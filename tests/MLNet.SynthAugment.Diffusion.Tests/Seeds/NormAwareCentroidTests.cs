using MLNet.SynthAugment.Diffusion.Seeds;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Seeds;

public class NormAwareCentroidTests
{
    private const int Dimensions = 64;

    [Fact]
    public void The_density_integrates_to_one_and_has_its_mode_at_the_root_of_d_minus_one()
    {
        using var scope = NewDisposeScope();
        foreach (var dimensions in new long[] { 1, 2, 3, 64, 4096 })
        {
            var mode = Math.Sqrt(Math.Max(dimensions - 1, 0));
            var norms = linspace(Math.Max(mode - 9, 1e-4), mode + 9, 20_001, dtype: ScalarType.Float64);
            var density = ChiDistribution.LogDensity(norms, dimensions).exp();
            var width = (norms[1] - norms[0]).item<double>();
            Assert.Equal(1, density.sum().item<double>() * width, 2e-3);
            if (dimensions > 1) Assert.Equal(mode, norms[density.argmax().item<long>()].item<double>(), 2 * width);
        }
    }

    [Fact]
    public void Paths_end_more_likely_than_they_began_and_the_run_stops_when_it_has_settled()
    {
        using var scope = NewDisposeScope();
        var seeds = Noise.Normal(new NoiseKey(1, "z"), [3, Dimensions]);
        var losses = new List<float>();
        using var end = NormAwareCentroid.Optimize(seeds, new NormAwareOptions
        {
            PathPoints = 6,
            Iterations = 600,
            LearningRate = 0.05,
            LeastChange = 0.01
        }, onIteration: (_, terms) => losses.Add(terms.Loss.item<float>()));
        Assert.InRange(losses.Count, 10, 599);
        Assert.True(losses[^1] < losses[0], $"{losses[0]} to {losses[^1]}");
        Assert.Equal([3L, 6, Dimensions], end.Paths.shape);
        // Likely norms are those of unit normal numbers, far from that of the seeds' straight mean.
        Assert.InRange(end.Centroid.norm().item<float>(), Math.Sqrt(Dimensions) - 2, Math.Sqrt(Dimensions) + 2);
        Assert.True(seeds.mean([0L]).norm().item<float>() < Math.Sqrt(Dimensions) - 2);
    }

    [Fact]
    public void Arcs_lead_from_the_seeds_to_the_centroid_without_leaving_their_norms()
    {
        using var scope = NewDisposeScope();
        var seeds = Noise.Normal(new NoiseKey(2, "z"), [2, Dimensions]);
        using var arcs = NormAwarePaths.Arcs(seeds, 5);
        var norms = arcs.Paths.norm(2);
        Assert.InRange(norms.min().item<float>(), seeds.norm(1).min().item<float>() - 1e-3, float.MaxValue);
        Assert.InRange(norms.max().item<float>(), 0, seeds.norm(1).max().item<float>() + 1e-3);
    }

    [Fact]
    public void Points_of_a_path_lead_from_its_first_inner_point_to_the_centroid_with_the_norms_of_their_neighbours()
    {
        using var scope = NewDisposeScope();
        var seeds = Noise.Normal(new NoiseKey(3, "z"), [2, Dimensions]);
        using var arcs = NormAwarePaths.Arcs(seeds, 4);
        TensorAssert.Close(arcs.Paths[1, 0], arcs.PointAt(1, 0), 1e-5);
        TensorAssert.Close(arcs.Paths[1, 2], arcs.PointAt(1, 0.5), 1e-5);
        TensorAssert.Close(arcs.Centroid, arcs.PointAt(1, 1), 1e-5);
        var between = arcs.PointAt(0, 0.625);
        Assert.Equal(((arcs.Paths[0, 2].norm() + arcs.Paths[0, 3].norm()) / 2).item<float>(),
            between.norm().item<float>(), 1e-4);
        Assert.Throws<ArgumentOutOfRangeException>(() => arcs.PointAt(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => arcs.PointAt(0, 1.01));
    }

    [Fact]
    public void Misuse_is_refused_clearly()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("two seeds",
            Assert.Throws<ArgumentException>(
                () => NormAwareCentroid.Optimize(ones(1, 4), new NormAwareOptions())).Message);
        using var start = new NormAwarePaths(ones(4), ones(2, 5, 3));
        Assert.Contains("[2, m, 4]",
            Assert.Throws<ArgumentException>(
                () => NormAwareCentroid.Optimize(ones(2, 4), new NormAwareOptions(), start)).Message);
    }
}
