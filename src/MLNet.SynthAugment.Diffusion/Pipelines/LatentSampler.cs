using MLNet.SynthAugment.Diffusion.Guidance;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static MLNet.SynthAugment.Diffusion.Layers.Concatenation;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// The denoising loop: UNet, guidance and scheduler, from noise to latents. Latents stay in float32 between steps whatever
/// the model's precision, and each step frees all it made.
/// </summary>
/// <param name="unet">The noise predictor.</param>
/// <param name="scheduler">The sampler; its timesteps are set by each run, so it serves one run at a time.</param>
public sealed class LatentSampler(UNet2DConditionModel unet, Scheduler scheduler)
{
    /// <summary>The sampler.</summary>
    public Scheduler Scheduler { get; } = scheduler;

    /// <summary>Denoises a batch.</summary>
    /// <param name="noise">Unit normal noise [B, C, h, w] on the UNet's device; it is not changed.</param>
    /// <param name="promptEmbeds">Text embeddings of the prompts [B, L, D].</param>
    /// <param name="negativePromptEmbeds">Those of the negative prompt; needed unless the guidance scale is 1.</param>
    /// <param name="options">Steps and guidance; the negative prompt's text is not looked at.</param>
    /// <param name="stepNoise">Gives the unit normal noise [B, C, h, w] of a step, by its index; needed by samplers that add noise.</param>
    /// <param name="onStep">Called after each step with its index and the latents, which are valid during the call only.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The latents, float32, of the shape of the noise.</returns>
    /// <exception cref="ArgumentException">Negative embeddings or step noise are missing, or shapes do not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor noise,
        Tensor promptEmbeds,
        Tensor? negativePromptEmbeds,
        SamplingOptions options,
        Func<int, Tensor>? stepNoise = null,
        Action<int, Tensor>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var gradientMode = no_grad();
        using var runScope = NewDisposeScope();
        Scheduler.SetTimesteps(options.Steps);
        var embeds = ModelEmbeds(promptEmbeds, negativePromptEmbeds, options);
        var latents = noise.to(ScalarType.Float32) * Scheduler.InitNoiseSigma;
        for (var step = 0; step < Scheduler.Timesteps.Count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var prediction = Predict(latents, step, embeds, options);
            var next = Scheduler.Step(prediction, step, latents, Scheduler.NeedsNoise(step) ? StepNoise(stepNoise, step, latents) : null).PreviousSample;
            latents.Dispose();
            latents = next.MoveToOuterDisposeScope();
            onStep?.Invoke(step, latents);
        }
        return latents.MoveToOuterDisposeScope();
    }

    private static Tensor ModelEmbeds(Tensor promptEmbeds, Tensor? negativePromptEmbeds, SamplingOptions options)
    {
        if (!ClassifierFreeGuidance.IsNeeded(options.GuidanceScale)) return promptEmbeds.alias();
        if (negativePromptEmbeds is null)
            throw new ArgumentException($"Guidance with scale {options.GuidanceScale} needs the embeddings of the negative prompt.", nameof(negativePromptEmbeds));
        if (!negativePromptEmbeds.shape.SequenceEqual(promptEmbeds.shape))
            throw new ArgumentException($"The negative prompt's embeddings have shape [{string.Join(", ", negativePromptEmbeds.shape)}], the prompts' [{string.Join(", ", promptEmbeds.shape)}]; they must be equal.", nameof(negativePromptEmbeds));
        return Concatenate([negativePromptEmbeds, promptEmbeds]);
    }

    private Tensor Predict(Tensor latents, int step, Tensor embeds, SamplingOptions options)
    {
        var timestep = tensor(Scheduler.Timesteps[step], ScalarType.Float32, latents.device);
        var input = Scheduler.ScaleModelInput(latents, step);
        if (!ClassifierFreeGuidance.IsNeeded(options.GuidanceScale))
            return unet.forward(input, timestep, embeds).to(ScalarType.Float32);
        var halves = unet.forward(Concatenate([input, input]), timestep, embeds).to(ScalarType.Float32).chunk(2);
        var guided = ClassifierFreeGuidance.Combine(halves[0], halves[1], options.GuidanceScale);
        return options.GuidanceRescale > 0 ? ClassifierFreeGuidance.Rescale(guided, halves[1], options.GuidanceRescale) : guided;
    }

    private static Tensor StepNoise(Func<int, Tensor>? stepNoise, int step, Tensor like)
    {
        if (stepNoise is null)
            throw new ArgumentException($"This sampler adds noise in step {step}, but no source of noise was given.", nameof(stepNoise));
        var noise = stepNoise(step);
        return noise.shape.SequenceEqual(like.shape)
            ? noise.to(like.dtype, like.device)
            : throw new ArgumentException($"The noise of step {step} has shape [{string.Join(", ", noise.shape)}], but the latents have [{string.Join(", ", like.shape)}].", nameof(stepNoise));
    }
}
