using MLNet.SynthAugment.Diffusion.Pipelines;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>
/// Optimises the noise a sampling run starts from, so that its result comes near to references (SeedSelect, Samuel et al. 2024):
/// AdamW on z_T, with the gradient through the whole run.
/// </summary>
/// <param name="sampler">Gives loss and gradient.</param>
public sealed class SeedOptimizer(DifferentiableSampler sampler)
{
    /// <summary>Optimises a seed. A loss that is no finite number ends the run; the best seed so far is kept.</summary>
    /// <param name="seed">Unit normal noise z_T [B, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="conditioning">What steers the UNet.</param>
    /// <param name="sampling">Steps and guidance.</param>
    /// <param name="terms">The loss; see <see cref="SemanticLoss.Terms"/> and <see cref="AppearanceLoss.Term"/>.</param>
    /// <param name="options">Updates and learning rate.</param>
    /// <param name="onIteration">Told after each update; the tensors are valid during the call only.</param>
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
        options.Validate();
        using var runScope = NewDisposeScope();
        var parameter = new Parameter(seed.detach().to(ScalarType.Float32).clone());
        using var optimizer = optim.AdamW([parameter], lr: options.LearningRate, weight_decay: options.WeightDecay);
        OptimizedSeed? best = null;
        var diverged = false;
        for (var iteration = 0; iteration < options.Iterations && !diverged; iteration++)
        {
            using var scope = NewDisposeScope();
            using var result = sampler.Differentiate(parameter, conditioning, sampling, terms, cancellationToken: cancellationToken);
            var loss = result.Loss.item<float>();
            diverged = !float.IsFinite(loss) || !result.Gradient.isfinite().all().item<bool>();
            if (diverged) break;
            if (best is null || loss < best.Loss)
            {
                best?.Dispose();
                best = new OptimizedSeed(parameter.detach().clone().MoveToOuterDisposeScope(), result.Latents.clone().MoveToOuterDisposeScope(), loss, iteration);
            }
            Update(parameter, result.Gradient, optimizer, options.LearningRateAt(iteration));
            using var updated = parameter.detach();
            onIteration?.Invoke(new SeedIteration(iteration, result, updated));
        }
        if (best is null)
            throw new InvalidOperationException("The loss of the seed is not a finite number. Use float32 or bfloat16 instead of float16, and check the reference features.");
        best.Seed.MoveToOuterDisposeScope();
        best.Latents.MoveToOuterDisposeScope();
        return best with { Diverged = diverged };
    }

    private static void Update(Parameter parameter, Tensor gradient, optim.Optimizer optimizer, double learningRate)
    {
        foreach (var group in optimizer.ParamGroups) group.LearningRate = learningRate;
        parameter.grad = gradient;
        optimizer.step();
    }
}
