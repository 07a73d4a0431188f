using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Text to images with latent diffusion (Rombach et al. 2022): Stable Diffusion 1.x, 2.x and SDXL.</summary>
public sealed class TextToImagePipeline : DiffusionPipeline<ImageRequest, SamplingOptions>
{
    /// <inheritdoc cref="DiffusionPipeline(LatentDiffusionModel, Scheduler?, Action{string}?)"/>
    public TextToImagePipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequirePlain(model, nameof(TextToImagePipeline));

    /// <summary>Samples from embeddings to latents.</summary>
    /// <param name="conditioning">B rows of text embeddings and, for SDXL, conditions.</param>
    /// <param name="noise">Asked for <see cref="RequestNoise.Latents"/> and, by some samplers, each step's
    /// noise.</param>
    /// <param name="options">Steps, guidance and size.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Conditioning conditioning,
        NoiseSource noise,
        SamplingOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        var start = FromNoise(run, conditioning, noise, SizeOf(options));
        return Denoise(run, start, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override SamplingStart Prepare(
        SamplingRun run, IReadOnlyList<ImageRequest> requests, SamplingOptions options, NoiseSource noise)
    {
        var size = SizeOf(options);
        return FromNoise(run, ConditioningOf(requests, options, size.Height, size.Width, noise), noise, size);
    }
}
