using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>A centroid of seeds, and a path of inner points from each seed to it; owns its tensors.</summary>
/// <param name="Centroid">[d].</param>
/// <param name="Paths">[N, m, d], from the seeds' side to the centroid's.</param>
public sealed record NormAwarePaths(Tensor Centroid, Tensor Paths) : IDisposable
{
    /// <summary>
    /// Where an optimisation starts: the centroid in the seeds' mean direction and of their mean norm, the paths on
    /// arcs to it.
    /// </summary>
    /// <param name="seeds">[N, d].</param>
    /// <param name="pathPoints">Points m on each path.</param>
    public static NormAwarePaths Arcs(Tensor seeds, int pathPoints)
    {
        using var scope = NewDisposeScope();
        var centroid = nn.functional.normalize(seeds.mean([0L]), dim: 0) * seeds.norm(1).mean();
        var ends = centroid.unsqueeze(0).expand(seeds.shape);
        var points = Enumerable.Range(1, pathPoints).Select(i =>
            SphericalInterpolation.Between(
                seeds, ends, full([seeds.shape[0]], Kept((double)i / (pathPoints + 1)), dtype: seeds.dtype,
                device: seeds.device)));
        return new NormAwarePaths(centroid.MoveToOuterDisposeScope(), stack([.. points], 1).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The point at a position of a path: on the line between its neighbours, with a norm between theirs.
    /// </summary>
    /// <param name="path">Number of the path, which is that of its seed.</param>
    /// <param name="position">0 (the inner point next to the seed) to 1 (the centroid).</param>
    /// <returns>[d].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such path, or the position is not 0 to 1.</exception>
    public Tensor PointAt(int path, double position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(path);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(path, Paths.shape[0]);
        if (position is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(position), position, "It must be 0 to 1.");
        using var scope = NewDisposeScope();
        var points = Paths.shape[1];
        var before = Math.Min((long)(position * points), points - 1);
        var share = position * points - before;
        var (from, to) = (Paths[path, before], before + 1 < points ? Paths[path, before + 1] : Centroid);
        var point = (Kept(1 - share) * from).Plus(Kept(share) * to);
        return (point * ((Kept(1 - share) * from.norm()).Plus(
            Kept(share) * to.norm()) / point.norm())).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Centroid.Dispose();
        Paths.Dispose();
    }
}
