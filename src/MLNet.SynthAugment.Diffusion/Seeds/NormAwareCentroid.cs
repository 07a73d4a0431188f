using TorchSharp.Modules;
using static TorchSharp.torch;

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
    /// <param name="onIteration">Told after each update: its number from 0, and the terms before it.</param>
    /// <param name="cancellationToken">Looked at before each update.</param>
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
