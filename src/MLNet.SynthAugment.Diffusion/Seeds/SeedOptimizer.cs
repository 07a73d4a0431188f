using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// Optimises the noise a sampling run starts from, so that its result comes near to references (SeedSelect, Samuel et
/// al. 2024): AdamW on z_T, with the gradient through the whole run.
/// </summary>
/// <param name="sampler">Gives loss and gradient.</param>
public sealed class SeedOptimizer(DifferentiableSampler sampler)
{
    /// <summary>
    /// Optimises one seed. A loss that is no finite number ends the run; the best seed so far is kept.
    /// </summary>
    /// <param name="seed">Unit normal noise z_T [1, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="conditioning">What steers the UNet, one row.</param>
    /// <param name="sampling">Steps and guidance.</param>
    /// <param name="terms">The loss; see <see cref="SemanticLoss.Terms"/> and
    /// <see cref="AppearanceLoss.Term"/>.</param>
    /// <param name="options">Number of evaluations and learning rate.</param>
    /// <param name="onIteration">Told after each evaluation and its update; the tensors are valid during the call
    /// only.</param>
    /// <param name="cancellationToken">Looked at before each sampling step.</param>
    /// <returns>The seed of least loss with its latents, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit or something needed is missing.</exception>
    /// <exception cref="InvalidOperationException">The loss of the given seed already is no finite number.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public OptimizedSeed Optimize(
        Tensor seed,
        Conditioning conditioning,
        SamplingOptions sampling,
        IReadOnlyList<LatentLossTerm> terms,
        SeedOptimizationOptions options,
        Action<SeedIteration>? onIteration = null,
        CancellationToken cancellationToken = default)
    {
        if (seed.shape is not [1, _, _, _])
            throw new ArgumentException(
                $"The seed has shape [{string.Join(", ", seed.shape)}]; [1, C, h, w] is expected. For several seeds "
                    + $"there is {nameof(OptimizeEach)}.", nameof(seed));
        return OptimizeEach(seed, conditioning, sampling, _ => terms, options, onIteration: onIteration,
            cancellationToken: cancellationToken)[0]
            ?? throw new InvalidOperationException(
            "The loss of the seed is not a finite number. Use float32 or bfloat16 instead of float16, and check the "
                + "reference features.");
    }

    /// <summary>
    /// Optimises several seeds together, each as if it were alone: with its own loss, best seed and end. A seed that
    /// has reached its target or diverged leaves the batch, so that the others go on faster.
    /// </summary>
    /// <param name="seeds">Unit normal noise z_T [B, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="conditioning">What steers the UNet, B rows.</param>
    /// <param name="sampling">Steps and guidance.</param>
    /// <param name="termsOf">The loss of some of the seeds, by their numbers [rows] (int64, on the seeds' device);
    /// asked before each evaluation.</param>
    /// <param name="options">Number of evaluations and learning rate.</param>
    /// <param name="targetLosses">For each seed, the loss at which it is good enough; null for none.</param>
    /// <param name="onIteration">Told after each evaluation and its update; the tensors are valid during the call
    /// only.</param>
    /// <param name="cancellationToken">Looked at before each sampling step.</param>
    /// <returns>For each given seed the one of least loss with its latents, which the caller disposes; null where the
    /// loss of the given seed already was no finite number.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit or something needed is missing.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<OptimizedSeed?> OptimizeEach(
        Tensor seeds,
        Conditioning conditioning,
        SamplingOptions sampling,
        Func<Tensor, IReadOnlyList<LatentLossTerm>> termsOf,
        SeedOptimizationOptions options,
        IReadOnlyList<double>? targetLosses = null,
        Action<SeedIteration>? onIteration = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (targetLosses is not null && targetLosses.Count != seeds.shape[0])
            throw new ArgumentException(
                $"There are {targetLosses.Count} target losses for {seeds.shape[0]} seeds.", nameof(targetLosses));
        using var runScope = NewDisposeScope();
        var runs = Enumerable.Range(0, (int)seeds.shape[0])
            .Select(i => new SeedRun(i, seeds.narrow(0, i, 1), options, targetLosses?[i] ?? double.NegativeInfinity))
                .ToList();
        try
        {
            for (var iteration = 0; iteration < options.Iterations && runs.Any(run => !run.HasEnded); iteration++)
                Iterate(iteration, [.. runs.Where(run => !run.HasEnded)]);
            return [.. runs.Select(run => run.TakeBest())];
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }

        void Iterate(int iteration, List<SeedRun> active)
        {
            using var scope = NewDisposeScope();
            var rows = tensor(active.Select(run => (long)run.Number).ToArray(), device: seeds.device);
            using var result = sampler.Differentiate(Joined(active), conditioning.SelectRows(rows), sampling, termsOf(rows), cancellationToken: cancellationToken);
            for (var row = 0; row < active.Count; row++)
                active[row].Update(result, row, iteration);
            onIteration?.Invoke(new SeedIteration(
                iteration, [.. active.Select(run => run.Number)], result, Joined(active)));
        }
    }

    private static Tensor Joined(List<SeedRun> runs) => cat([.. runs.Select(run => run.Seed.detach())]);
}
