using MathNet.Numerics;
using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// The centroid of seeds under the likelihood of their norms, and likely paths to it (NAO: Samuel et al. 2023,
/// "Norm-guided latent space exploration"). Straight means and lines between Gaussian seeds pass through norms that a
/// diffusion model never sees.
/// </summary>
/// <remarks>
/// With f the log density of <see cref="ChiDistribution"/>, the loss is −Σ_paths Σ_segments |segment|·f(|midpoint|) −
/// f(|centroid|) + Σ_segments max(0, |segment| − spacing).
/// </remarks>
public static class NormAwareCentroid
{
    /// <summary>Optimises paths and centroid together with Adam.</summary>
    /// <param name="seeds">At least two seeds [N, d], flattened.</param>
    /// <param name="options">Settings.</param>
    /// <param name="start">Where to start, on the seeds' device; arcs if not given. It is not changed.</param>
    /// <param name="onIteration">Called after each update: its number from 0, and the terms before it.</param>
    /// <param name="cancellationToken">Checked before each update.</param>
    /// <returns>Centroid and paths, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static NormAwarePaths Optimize(
        Tensor seeds,
        NormAwareOptions options,
        NormAwarePaths? start = null,
        Action<int, NormAwareTerms>? onIteration = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        RequireShapes(seeds, start);
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        var spacing = options.Spacing
            ?? 2 * (seeds.unsqueeze(0) - seeds.unsqueeze(1)).norm(2).max().to(ScalarType.Float64)
            .item<double>() / options.PathPoints;
        var initial = start ?? NormAwarePaths.Arcs(seeds, options.PathPoints);
        var (centroid, paths) = (new Parameter(initial.Centroid.detach().clone()),
            new Parameter(initial.Paths.detach().clone()));
        using var optimizer = optim.Adam([paths, centroid], lr: options.LearningRate);
        var (lastLoss, smallChanges) = (double.PositiveInfinity, 0);
        for (var iteration = 0; iteration < options.Iterations && smallChanges < options.Patience; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var iterationScope = NewDisposeScope();
            optimizer.zero_grad();
            var terms = NormAwareTerms.Compute(seeds, paths, centroid, spacing);
            terms.Loss.backward();
            optimizer.step();
            onIteration?.Invoke(iteration, terms);
            var loss = terms.Loss.to(ScalarType.Float64).item<double>();
            smallChanges = Math.Abs(lastLoss - loss) < options.LeastChange ? smallChanges + 1 : 0;
            lastLoss = loss;
        }
        return new NormAwarePaths(
            centroid.detach().clone().MoveToOuterDisposeScope(), paths.detach().clone().MoveToOuterDisposeScope());
    }

    private static void RequireShapes(Tensor seeds, NormAwarePaths? start)
    {
        if (seeds.dim() != 2 || seeds.shape[0] < 2)
            throw new ArgumentException(
                $"The seeds have shape [{string.Join(", ", seeds.shape)}]; [N, d] with at least two seeds is expected.",
                nameof(seeds));
        if (start is null) return;
        var (count, width) = (seeds.shape[0], seeds.shape[1]);
        if (!start.Centroid.shape.SequenceEqual([width]) || start.Paths.dim() != 3 || start.Paths.shape[0] != count
            || start.Paths.shape[2] != width)
            throw new ArgumentException(
                $"The start has a centroid of shape [{string.Join(", ", start.Centroid.shape)}] and paths "
                    + $"[{string.Join(", ", start.Paths.shape)}]; [{width}] and [{count}, m, {width}] are "
                    + "expected.", nameof(start));
    }
}

/// <summary>Settings of norm-aware optimisation; the defaults are those of Samuel et al. 2023.</summary>
public sealed record NormAwareOptions
{
    /// <summary>Points on each path between the centroid and a seed, at least 1.</summary>
    public int PathPoints { get; init; } = 50;

    /// <summary>Largest number of updates.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>Adam's learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>
    /// Distance between neighbours on a path above which a penalty sets in; null for twice the largest distance between
    /// two seeds, divided by <see cref="PathPoints"/>.
    /// </summary>
    public double? Spacing { get; init; }

    /// <summary>
    /// The run ends when the loss has changed by less than this, <see cref="Patience"/> times in a row.
    /// </summary>
    public double LeastChange { get; init; } = 0.01;

    /// <summary>How many small changes of the loss in a row end the run.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PathPoints, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Patience, 1);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must be above 0.");
    }
}

/// <summary>The parts of the loss of <see cref="NormAwareCentroid"/>, each of one element.</summary>
/// <param name="Integral">Σ |segment|·f(|midpoint|) over all paths: the log likelihood along them.</param>
/// <param name="Penalty">Σ max(0, |segment| − spacing).</param>
/// <param name="Loss">−Integral − f(|centroid|) + Penalty.</param>
public sealed record NormAwareTerms(Tensor Integral, Tensor Penalty, Tensor Loss)
{
    /// <summary>Computes the terms, differentiable with respect to paths and centroid.</summary>
    /// <param name="seeds">[N, d].</param>
    /// <param name="paths">[N, m, d].</param>
    /// <param name="centroid">[d].</param>
    /// <param name="spacing">Length of a segment from which on it is penalised.</param>
    public static NormAwareTerms Compute(Tensor seeds, Tensor paths, Tensor centroid, double spacing)
    {
        using var scope = NewDisposeScope();
        var (count, width) = (seeds.shape[0], seeds.shape[1]);
        var points = cat([seeds.unsqueeze(1), paths, centroid.reshape(1, 1, width).expand(count, 1, width)], 1);
        var (from, to) = (points.narrow(1, 0, points.shape[1] - 1), points.narrow(1, 1, points.shape[1] - 1));
        var lengths = (to - from).norm(2);
        var integral = (lengths * ChiDistribution.LogDensity((from.Plus(to) / Kept(2)).norm(2), width)).sum();
        var penalty = (lengths - Kept(spacing)).clamp_min(Kept(0)).sum();
        var loss = penalty - integral - ChiDistribution.LogDensity(centroid.norm(), width);
        return new NormAwareTerms(
            integral.MoveToOuterDisposeScope(), penalty.MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }
}

/// <summary>
/// The distribution of the norm of d independent unit normal numbers: seeds of a diffusion model lie near norm √d.
/// </summary>
public static class ChiDistribution
{
    /// <summary>log p(r) = (d−1)·ln r − r²/2 − ((d/2−1)·ln 2 + lnΓ(d/2)), differentiable.</summary>
    /// <param name="norms">Norms r above 0, of any shape.</param>
    /// <param name="dimensions">Number d of the numbers, at least 1.</param>
    /// <returns>Of the shape of the norms.</returns>
    public static Tensor LogDensity(Tensor norms, long dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        using var scope = NewDisposeScope();
        var constant = (dimensions / 2.0 - 1) * Math.Log(2) + SpecialFunctions.GammaLn(dimensions / 2.0);
        return (Kept(dimensions - 1) * norms.log() - norms.Squared() / Kept(2) - Kept(
            constant)).MoveToOuterDisposeScope();
    }
}
