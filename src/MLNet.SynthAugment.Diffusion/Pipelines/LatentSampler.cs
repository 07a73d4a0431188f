using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The denoising loop: UNet, guidance and a sampler's run, from noise to latents. Latents stay in float32 between steps
/// whatever the model's precision, and each step frees all it made. Nothing in a step waits for the device.
/// </summary>
/// <param name="unet">The noise predictor.</param>
public sealed class LatentSampler(UNet2DConditionModel unet)
{
    /// <summary>Denoises a batch.</summary>
    /// <param name="run">The run, planned for as many steps as the options say.</param>
    /// <param name="start">Latents and conditioning, and where the run starts.</param>
    /// <param name="options">Steps and guidance; the negative prompt's text plays no part.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>The latents, float32, of the same shape.</returns>
    /// <exception cref="ArgumentException">Negative embeddings or step noise are missing, or shapes do not
    /// fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range, or there is no such first
    /// step.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        SamplingRun run,
        SamplingStart start,
        SamplingOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        using var noGradient = no_grad();
        using var runScope = NewDisposeScope();
        using var predictor = new GuidedUNet(unet, start.Conditioning, options, inOrder: true);
        var (timesteps, first) = (run.Timesteps, start.FirstStep);
        if (first < 0 || first >= timesteps.Count)
            throw new ArgumentOutOfRangeException(
                nameof(start), first, $"The run has the steps 0 to {timesteps.Count - 1}.");
        var current = start.Latents.to(ScalarType.Float32);
        for (var step = first; step < timesteps.Count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var prediction = predictor.Predict(run, step, current);
            var noise = run.NeedsNoise(step) ? StepNoise(start.StepNoise, step, current) : null;
            var result = run.Step(prediction, step, current, noise);
            var next = start.AfterStep?.Invoke(step, result.PreviousSample) ?? result.PreviousSample;
            current.Dispose();
            current = next.MoveToOuterDisposeScope();
            onStep?.Invoke(new SamplingStep(
                step - first + 1, timesteps.Count - first, timesteps[step], current, result.PredictedOriginal));
        }
        return current.MoveToOuterDisposeScope();
    }

    /// <summary>The same over all steps of a sampler, from unit normal noise.</summary>
    /// <param name="scheduler">The sampler; one that adds noise needs the other overload.</param>
    /// <param name="noise">Unit normal noise [B, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="conditioning">What steers the UNet.</param>
    /// <param name="options">Steps and guidance.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <inheritdoc cref="Sample(SamplingRun, SamplingStart, SamplingOptions, Action{SamplingStep},
    /// CancellationToken)"/>
    public Tensor Sample(Scheduler scheduler, Tensor noise, Conditioning conditioning, SamplingOptions options,
        CancellationToken cancellationToken = default)
    {
        using var run = scheduler.Plan(options.Steps);
        using var latents = run.StartFrom(noise);
        return Sample(run, new SamplingStart(latents, conditioning), options, null, cancellationToken);
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

/// <summary>What a run starts from.</summary>
/// <param name="Latents">Latents [B, C, h, w] on the UNet's device, as noisy as the first step expects; they are not
/// changed.</param>
/// <param name="Conditioning">What steers the UNet.</param>
public sealed record SamplingStart(Tensor Latents, Conditioning Conditioning)
{
    /// <summary>Index of the first step to do; above 0 for runs that start from a noised image.</summary>
    public int FirstStep { get; init; }

    /// <summary>
    /// Gives the unit normal noise [B, C, h, w] of a step, by its index; needed by samplers that add noise.
    /// </summary>
    public Func<int, Tensor>? StepNoise { get; init; }

    /// <summary>
    /// Gets a step's index and the latents after it, and gives those to go on with; null to change nothing.
    /// </summary>
    public Func<int, Tensor, Tensor>? AfterStep { get; init; }
}
