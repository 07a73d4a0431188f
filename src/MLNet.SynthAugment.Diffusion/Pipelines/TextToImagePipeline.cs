using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Text to images with latent diffusion (Rombach et al. 2022): Stable Diffusion 1.x, 2.x and SDXL.</summary>
public sealed class TextToImagePipeline : DiffusionPipeline
{
    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is
    /// cut.</param>
    /// <exception cref="ArgumentException">The model is of another kind; the message names the pipeline for
    /// it.</exception>
    public TextToImagePipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequirePlain(model, nameof(TextToImagePipeline));

    /// <summary>Makes one image a request.</summary>
    /// <param name="requests">The requests, at least one; they share the memory of the device.</param>
    /// <param name="options">Steps, guidance and size; by default images are
    /// <see cref="LatentDiffusionModel.ImageSize"/> squared.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="onStep">Called after each step with the latents, and with a preview if it asks for one.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Images in the order of the requests; the caller owns them.</returns>
    /// <exception cref="ArgumentException">There is no request, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model overflowed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        IReadOnlyList<ImageRequest> requests,
        SamplingOptions options,
        IProgress<SamplingProgress>? progress = null,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        return Run(requests, options, progress, onStep, (noise, report) =>
        {
            var (height, width) = ImageProcessor.SizeOrDefault(options.Height, options.Width, Model.ImageSize);
            return Sample(ConditioningOf(requests, options, height, width, noise), noise, options, report,
                cancellationToken);
        });
    }

    /// <summary>The same from embeddings to latents.</summary>
    /// <param name="conditioning">B rows of text embeddings and, for SDXL, conditions.</param>
    /// <param name="noise">Asked for <see cref="RequestNoise.Latents"/> and, by some samplers, each step's
    /// noise.</param>
    /// <param name="options">Steps, guidance and size.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Conditioning conditioning,
        NoiseSource noise,
        SamplingOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default) =>
            SampleFromNoise(conditioning, noise, options, onStep, cancellationToken);
}
