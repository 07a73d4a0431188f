using MLNet.SynthAugment.Diffusion.Pipelines;

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
    /// <param name="onIteration">Called after each evaluation and its update; the tensors are valid during the call
    /// only.</param>
    /// <param name="cancellationToken">Checked before each sampling step.</param>
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
    /// <param name="onIteration">Called after each evaluation and its update; the tensors are valid during the call
    /// only.</param>
    /// <param name="cancellationToken">Checked before each sampling step.</param>
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
            using var result = sampler.Differentiate(Joined(active), conditioning.SelectRows(rows), sampling,
                termsOf(rows), cancellationToken: cancellationToken);
            for (var row = 0; row < active.Count; row++)
                active[row].Update(result, row, iteration);
            onIteration?.Invoke(new SeedIteration(
                iteration, [.. active.Select(run => run.Number)], result, Joined(active)));
        }
    }

    private static Tensor Joined(List<SeedRun> runs) => cat([.. runs.Select(run => run.Seed.detach())]);
}

/// <summary>Settings of a seed's optimisation; the defaults are SeedSelect's (Samuel et al. 2024).</summary>
public sealed record SeedOptimizationOptions
{
    /// <summary>
    /// How often loss and gradient are computed, at least 1, first of the given seed. An update follows each time, but
    /// as in the released code none looks at what the last one leads to: the best seed is the start or one of
    /// <c>Iterations</c> − 1 updates.
    /// </summary>
    public int Iterations { get; init; } = 30;

    /// <summary>Learning rate of the first updates, above 0.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Number of updates after which the learning rate drops.</summary>
    public int DropAfter { get; init; } = 3;

    /// <summary>Factor of the learning rate from then on.</summary>
    public double DropFactor { get; init; } = 0.1;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>λ, the weight of the semantic loss against the appearance loss.</summary>
    public double SemanticWeight { get; init; } = 10;

    /// <summary>Weights of the last steps in the semantic loss, earliest first.</summary>
    public IReadOnlyList<double> StepWeights { get; init; } = [0.05, 0.25, 0.7];

    /// <summary>The learning rate of an update.</summary>
    /// <param name="iteration">Number of updates before it.</param>
    public double LearningRateAt(int iteration) => iteration < DropAfter ? LearningRate : LearningRate * DropFactor;

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(DropAfter);
        ArgumentOutOfRangeException.ThrowIfNegative(WeightDecay);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must be above 0.");
        if (!(DropFactor > 0 && double.IsFinite(DropFactor)))
            throw new ArgumentOutOfRangeException(nameof(DropFactor), DropFactor, "It must be above 0.");
    }
}

/// <summary>The outcome of a seed's optimisation; it owns its tensors.</summary>
/// <param name="Seed">The noise of least loss, [1, C, h, w].</param>
/// <param name="Latents">The final latents it leads to, ready to be decoded.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Iteration">Number of updates that led to it.</param>
public sealed record OptimizedSeed(Tensor Seed, Tensor Latents, double Loss, int Iteration) : IDisposable
{
    /// <summary>The loss of the seed that the optimisation started from.</summary>
    public double StartLoss { get; init; }

    /// <summary>The terms of <see cref="Loss"/> in their order, without their weights.</summary>
    public IReadOnlyList<float> Terms { get; init; } = [];

    /// <summary>How often loss and gradient were computed: what the seed has cost.</summary>
    public int Evaluations { get; init; }

    /// <summary>Whether the run ended early because a loss or gradient was no finite number.</summary>
    public bool Diverged { get; init; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Seed.Dispose();
        Latents.Dispose();
    }
}

/// <summary>One evaluation of seeds and the update after it.</summary>
/// <param name="Iteration">Number of updates before it.</param>
/// <param name="Rows">Which of the given seeds were still under way, one a row of the tensors.</param>
/// <param name="Result">Latents, losses and gradients of these seeds before the update.</param>
/// <param name="Seeds">These seeds after the update, [rows, C, h, w].</param>
public sealed record SeedIteration(int Iteration, IReadOnlyList<int> Rows, SampleGradient Result, Tensor Seeds);
