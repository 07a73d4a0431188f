using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>A centroid of seeds, and a path of inner points from each seed to it; owns its tensors.</summary>
/// <param name="Centroid">[d].</param>
/// <param name="Paths">[N, m, d], from the seeds' side to the centroid's.</param>
public sealed record NormAwarePaths(Tensor Centroid, Tensor Paths) : IDisposable
{
    /// <summary>Where an optimisation starts: the centroid in the seeds' mean direction and of their mean norm, the paths on arcs to it.</summary>
    /// <param name="seeds">[N, d].</param>
    /// <param name="pathPoints">Points m on each path.</param>
    public static NormAwarePaths Arcs(Tensor seeds, int pathPoints)
    {
        using var scope = NewDisposeScope();
        var direction = seeds.mean([0L]);
        var centroid = direction / direction.norm() * seeds.norm(1).mean();
        var ends = centroid.unsqueeze(0).expand(seeds.shape);
        var points = Enumerable.Range(1, pathPoints).Select(i =>
            SphericalInterpolation.Between(seeds, ends, full([seeds.shape[0]], (double)i / (pathPoints + 1), dtype: seeds.dtype, device: seeds.device)));
        return new NormAwarePaths(centroid.MoveToOuterDisposeScope(), stack([.. points], 1).MoveToOuterDisposeScope());
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Centroid.Dispose();
        Paths.Dispose();
    }
}
