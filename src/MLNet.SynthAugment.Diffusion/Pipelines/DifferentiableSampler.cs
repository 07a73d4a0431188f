using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The gradient of a loss on the last latents of a sampling run with respect to the noise it starts from, through all
/// steps. The run goes forward without a graph and keeps only the latents; on the way back each step is computed once
/// more with its graph, which is freed before the next. So the activations of one step are in memory at a time, for
/// twice the forward work.
/// </summary>
/// <remarks>dL/dx_i = (∂x_{i+1}/∂x_i)ᵀ · dL/dx_{i+1} + ∂L/∂x_i, from the last step to the first.</remarks>
/// <param name="unet">The noise predictor, which the caller keeps; its parameters get no gradient.</param>
/// <param name="scheduler">The sampler.</param>
public sealed class DifferentiableSampler(UNet2DConditionModel unet, Scheduler scheduler)
{
    /// <summary>The sampler.</summary>
    public Scheduler Scheduler { get; } = scheduler;

    /// <summary>Samples, evaluates each image's loss, and differentiates it.</summary>
    /// <param name="noise">Unit normal noise z_T [B, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="conditioning">What steers the UNet.</param>
    /// <param name="options">Steps and guidance.</param>
    /// <param name="terms">The loss, as a weighted sum of terms.</param>
    /// <param name="stepNoise">The noise [B, C, h, w] of a step, by its index, for samplers that add some; it is asked
    /// twice and must answer the same.</param>
    /// <param name="progress">Receives progress after each step, first forward, then backward: 2n steps in all.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Latents, loss and gradient, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, something needed is missing, a term does not give one
    /// number per image, or the sampler's steps depend on earlier ones, so that none can be computed alone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public SampleGradient Differentiate(
        Tensor noise,
        Conditioning conditioning,
        SamplingOptions options,
        IReadOnlyList<LatentLossTerm> terms,
        Func<int, Tensor>? stepNoise = null,
        IProgress<SamplingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var frozen = new FrozenParameters(unet);
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        if (run.UsesEarlierSteps)
            throw new ArgumentException(
                $"{Scheduler.GetType().Name} keeps predictions from step to step and cannot be differentiated step "
                    + "by step; choose DDIM or Euler.", nameof(options));
        using var predictor = new GuidedUNet(unet, conditioning, options);
        var passes = new Passes(run, predictor, stepNoise, progress, cancellationToken);

        var latents = passes.Forward(noise);
        var (values, gradients) = LatentLoss.Evaluate(terms, latents);
        var gradient = passes.Backward(latents, gradients) * Kept(run.InitNoiseSigma);
        var loss = (values * tensor(
            terms.Select(term => (float)term.Weight).ToArray(), [terms.Count, 1], device: values.device)).sum(0L);
        return new SampleGradient(Keep(latents[^1]), Keep(values), Keep(loss), Keep(gradient));
    }

    private static Tensor Keep(Tensor tensor) => tensor.MoveToOuterDisposeScope();

    private sealed class Passes(
        SamplingRun run, GuidedUNet predictor, Func<int, Tensor>? stepNoise,
        IProgress<SamplingProgress>? progress, CancellationToken cancellationToken)
    {
        private int _done;

        private int Steps => run.Timesteps.Count;

        /// <summary>The latents before the first step and after each, in the current dispose scope.</summary>
        public List<Tensor> Forward(Tensor noise)
        {
            using var mode = no_grad();
            var latents = new List<Tensor> { run.StartFrom(noise.detach()) };
            for (var step = 0; step < Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                latents.Add(Next(latents[step], step).MoveToOuterDisposeScope());
                Report();
            }
            return latents;
        }

        /// <summary>The gradient with respect to the latents before the first step.</summary>
        public Tensor Backward(List<Tensor> latents, Tensor?[] lossGradients)
        {
            var gradient = lossGradients[^1]!.alias();
            for (var step = Steps - 1; step >= 0; step--)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using var mode = enable_grad();
                var start = latents[step].detach().requires_grad_();
                var part = autograd.grad([Next(start, step)], [start], [gradient])[0];
                gradient.Dispose();
                gradient = LatentLoss.Sum(lossGradients[step], part).MoveToOuterDisposeScope();
                Report();
            }
            return gradient;
        }

        private Tensor Next(Tensor sample, int step)
        {
            var prediction = predictor.Predict(run, step, sample);
            var noise = run.NeedsNoise(step) ? stepNoise?.Invoke(step).detach() : null;
            return run.Step(prediction, step, sample, noise).PreviousSample;
        }

        private void Report() => progress?.Report(new SamplingProgress(++_done, 2 * Steps));
    }
}

/// <summary>What a differentiable sampling run gives; it owns its tensors.</summary>
/// <param name="Latents">The final latents [B, C, h, w], float32.</param>
/// <param name="Terms">The loss terms [n, B] in their order, without their weights, float32.</param>
/// <param name="Loss">Each image's weighted sum of the terms, [B].</param>
/// <param name="Gradient">Gradient of each image's loss with respect to its noise [B, C, h, w].</param>
public sealed record SampleGradient(Tensor Latents, Tensor Terms, Tensor Loss, Tensor Gradient) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Latents.Dispose();
        Terms.Dispose();
        Loss.Dispose();
        Gradient.Dispose();
    }
}
