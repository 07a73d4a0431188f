using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The gradient of a loss on the last latents of a sampling run with respect to the noise it starts from, through all
/// steps. The run goes forward without a graph and keeps only the latents; on the way back each step is computed once
/// more with its graph, which is freed before the next. So the activations of one step are in memory at a time, for
/// twice the forward work.
/// </summary>
/// <remarks>dL/dx_i = (∂x_{i+1}/∂x_i)ᵀ · dL/dx_{i+1} + ∂L/∂x_i, from the last step to the first.</remarks>
public sealed class DifferentiableSampler
{
    private readonly UNet2DConditionModel _unet;

    /// <summary>Makes a sampler over a UNet, which the caller keeps.</summary>
    /// <param name="unet">The noise predictor; its parameters get no gradient.</param>
    /// <param name="scheduler">The sampler; its timesteps are set by each run, so it serves one run at a time.</param>
    /// <exception cref="ArgumentException">The sampler's steps depend on earlier steps, so that one cannot be computed
    /// alone.</exception>
    public DifferentiableSampler(UNet2DConditionModel unet, Scheduler scheduler)
    {
        if (scheduler.UsesEarlierSteps)
            throw new ArgumentException(
                $"{scheduler.GetType().Name} keeps predictions from step to step and cannot be differentiated step "
                    + "by step; choose DDIM or Euler.", nameof(scheduler));
        _unet = unet;
        Scheduler = scheduler;
    }

    /// <summary>The sampler.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>Samples, evaluates each image's loss, and differentiates it.</summary>
    /// <param name="noise">Unit normal noise z_T [B, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="conditioning">What steers the UNet.</param>
    /// <param name="options">Steps and guidance.</param>
    /// <param name="terms">The loss, as a weighted sum of terms.</param>
    /// <param name="stepNoise">The noise [B, C, h, w] of a step, by its index, for samplers that add some; it is asked
    /// twice and must answer the same.</param>
    /// <param name="progress">Told after each step, first forward, then backward: 2n steps in all.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Latents, loss and gradient, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, something needed is missing, or a term does not give one
    /// number an image.</exception>
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
        using var frozen = new FrozenParameters(_unet);
        using var scope = NewDisposeScope();
        using var predictor = new GuidedUNet(_unet, conditioning, options);
        Scheduler.SetTimesteps(options.Steps);
        var run = new Run(this, predictor, stepNoise, progress, cancellationToken);

        var latents = run.Forward(noise);
        var (values, gradients) = LatentLoss.Evaluate(terms, latents);
        var gradient = run.Backward(latents, gradients) * Kept(Scheduler.InitNoiseSigma);
        var loss = (values * tensor(
            terms.Select(term => (float)term.Weight).ToArray(), [terms.Count, 1], device: values.device)).sum(0L);
        return new SampleGradient(Keep(latents[^1]), Keep(values), Keep(loss), Keep(gradient));
    }

    private static Tensor Keep(Tensor tensor) => tensor.MoveToOuterDisposeScope();

    private sealed class Run(
        DifferentiableSampler sampler, GuidedUNet predictor, Func<int, Tensor>? stepNoise,
        IProgress<SamplingProgress>? progress, CancellationToken token)
    {
        private readonly Scheduler _scheduler = sampler.Scheduler;
        private int _done;

        private int Steps => _scheduler.Timesteps.Count;

        /// <summary>The latents before the first step and after each, in the current dispose scope.</summary>
        public List<Tensor> Forward(Tensor noise)
        {
            using var mode = no_grad();
            var latents = new List<Tensor> { noise.detach().to(ScalarType.Float32) * Kept(_scheduler.InitNoiseSigma) };
            for (var step = 0; step < Steps; step++)
            {
                token.ThrowIfCancellationRequested();
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
                token.ThrowIfCancellationRequested();
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
            var prediction = predictor.Predict(
                _scheduler.ScaleModelInput(sample, step), _scheduler.Timesteps[step], step);
            var noise = _scheduler.NeedsNoise(step) ? stepNoise?.Invoke(step).detach() : null;
            return _scheduler.Step(prediction, step, sample, noise).PreviousSample;
        }

        private void Report() => progress?.Report(new SamplingProgress(++_done, 2 * Steps));
    }
}
