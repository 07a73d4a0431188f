using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The denoising loop: UNet, guidance and scheduler, from noise to latents. Latents stay in float32 between steps
/// whatever the model's precision, and each step frees all it made. Nothing in a step waits for the device.
/// </summary>
/// <param name="unet">The noise predictor.</param>
/// <param name="scheduler">The sampler; its timesteps are set by each run, so it serves one run at a time.</param>
public sealed class LatentSampler(UNet2DConditionModel unet, Scheduler scheduler)
{
    /// <summary>The sampler.</summary>
    public Scheduler Scheduler { get; } = scheduler;

    /// <summary>Brings unit normal noise to the scale at which this sampler starts.</summary>
    /// <param name="noise">Unit normal noise [B, C, h, w]; it is not changed.</param>
    /// <param name="steps">Number of steps of the run.</param>
    /// <returns>What <see cref="Sample"/> takes for a run over all steps, float32.</returns>
    public Tensor StartFromNoise(Tensor noise, int steps)
    {
        Scheduler.SetTimesteps(steps);
        using var exact = noise.to(ScalarType.Float32);
        return exact * Kept(Scheduler.InitNoiseSigma);
    }

    /// <summary>Denoises a batch.</summary>
    /// <param name="latents">Latents [B, C, h, w] on the UNet's device, as noisy as the first step expects; they are
    /// not changed.</param>
    /// <param name="conditioning">What steers the UNet.</param>
    /// <param name="options">Steps and guidance; the negative prompt's text is not looked at.</param>
    /// <param name="firstStep">Index of the first step to do; above 0 for runs that start from a noised image.</param>
    /// <param name="stepNoise">Gives the unit normal noise [B, C, h, w] of a step, by its index; needed by samplers
    /// that add noise.</param>
    /// <param name="afterStep">Gets a step's index and the latents after it, and gives those to go on with; null to
    /// change nothing.</param>
    /// <param name="onStep">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The latents, float32, of the same shape.</returns>
    /// <exception cref="ArgumentException">Negative embeddings or step noise are missing, or shapes do not
    /// fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range, or there is no such first
    /// step.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor latents,
        Conditioning conditioning,
        SamplingOptions options,
        int firstStep = 0,
        Func<int, Tensor>? stepNoise = null,
        Func<int, Tensor, Tensor>? afterStep = null,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        using var gradientMode = no_grad();
        using var runScope = NewDisposeScope();
        using var predictor = new GuidedUNet(unet, conditioning, options, inOrder: true);
        Scheduler.SetTimesteps(options.Steps);
        var timesteps = Scheduler.Timesteps;
        if (firstStep < 0 || firstStep >= timesteps.Count)
            throw new ArgumentOutOfRangeException(
                nameof(firstStep), firstStep, $"The run has the steps 0 to {timesteps.Count - 1}.");
        var current = latents.to(ScalarType.Float32);
        for (var step = firstStep; step < timesteps.Count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var prediction = predictor.Predict(Scheduler.ScaleModelInput(current, step), timesteps[step], step);
            var result = Scheduler.Step(
                prediction, step, current, Scheduler.NeedsNoise(step) ? StepNoise(stepNoise, step, current) : null);
            var next = afterStep?.Invoke(step, result.PreviousSample) ?? result.PreviousSample;
            current.Dispose();
            current = next.MoveToOuterDisposeScope();
            onStep?.Invoke(new SamplingStep(
                step - firstStep + 1, timesteps.Count - firstStep, timesteps[step], current, result.PredictedOriginal));
        }
        return current.MoveToOuterDisposeScope();
    }

    private static Tensor StepNoise(Func<int, Tensor>? stepNoise, int step, Tensor like)
    {
        if (stepNoise is null)
            throw new ArgumentException(
                $"This sampler adds noise in step {step}, but no source of noise was given.", nameof(stepNoise));
        var noise = stepNoise(step);
        return noise.shape.SequenceEqual(like.shape)
            ? noise.to(like)
            : throw new ArgumentException(
                $"The noise of step {step} has shape [{string.Join(", ", noise.shape)}], but the latents have "
                    + $"[{string.Join(", ", like.shape)}].", nameof(stepNoise));
    }
}
