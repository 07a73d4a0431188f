using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Images to variations of them, for models that take images as conditions beside a prompt
/// (<see cref="ImageConditioner"/>): with Stable unCLIP (Ramesh et al. 2022) the UNet sees the CLIP embedding of an
/// image, noised to a level; with InstructPix2Pix (Brooks et al. 2023) its latents, and the prompt says how to edit it.
/// </summary>
public sealed class ImageVariationPipeline : DiffusionPipeline
{
    /// <summary>Makes a pipeline over a model, which the caller keeps.</summary>
    /// <param name="model">The model; adapters attached to it or merged into it take effect.</param>
    /// <param name="scheduler">The sampler; the model's own if not given.</param>
    /// <param name="log">Gets one sentence if the model's own sampler is not available, and one for each prompt that is
    /// cut.</param>
    /// <exception cref="ArgumentException">The model is of another kind; the message names the pipeline for
    /// it.</exception>
    public ImageVariationPipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequireImages(model, nameof(ImageVariationPipeline));

    /// <summary>Makes one image a request.</summary>
    /// <param name="requests">The requests, at least one; their <see cref="ImageRequest.ImageCondition"/> is not looked
    /// at.</param>
    /// <param name="options">Steps, guidance, noise level and size; by default images are
    /// <see cref="LatentDiffusionModel.ImageSize"/> squared.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="onStep">Called after each step with the latents, and with a preview if it asks for one.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Images in the order of the requests; the caller owns them.</returns>
    /// <exception cref="ArgumentException">There is no request, or a setting is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model lacks a part that image embeddings need, or it
    /// overflowed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Image<Rgb24>> Generate(
        IReadOnlyList<ImageVariationRequest> requests,
        ImageVariationOptions options,
        IProgress<SamplingProgress>? progress = null,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        return Run(requests, options, progress, onStep, (noise, report) =>
        {
            var (height, width) = ImageProcessor.SizeOrDefault(options.Height, options.Width, Model.ImageSize);
            var images = Conditions(requests, height, width);
            var steered = requests.Select((request, row) => request with { ImageCondition = images.Row(row) }).ToList();
            return SampleFromNoise(ConditioningOf(steered, options, height, width, noise), noise, options, report,
                cancellationToken);
        });
    }

    /// <summary>The same from image conditions to latents.</summary>
    /// <param name="images">B rows, as <see cref="ImageConditioner.Encode"/> makes them or as interpolated from
    /// such.</param>
    /// <param name="conditioning">B rows of text embeddings; the images are added to it.</param>
    /// <param name="noise">
    /// Asked for <see cref="ImageConditioner.EmbeddingStream"/>, <see cref="RequestNoise.Latents"/> and, by some
    /// samplers, each step's noise.
    /// </param>
    /// <param name="options">Steps, guidance, noise level and size.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        ImageCondition images,
        Conditioning conditioning,
        NoiseSource noise,
        ImageVariationOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var (height, width) = ImageProcessor.SizeOrDefault(options.Height, options.Width, Model.ImageSize);
        var rows = Enumerable.Range(0, (int)conditioning.PromptEmbeds.shape[0]).Select(row => images.Row(row)).ToList();
        var steered = Images.AddTo(conditioning, rows, noise, options.ImageNoiseLevel, height, width);
        return SampleFromNoise(steered, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    private ImageCondition Conditions(IReadOnlyList<ImageVariationRequest> requests, int height, int width)
    {
        if (requests.FirstOrDefault(request => request.Mix is not (>= 0 and <= 1)) is { } odd)
            throw new ArgumentOutOfRangeException(
                nameof(ImageVariationRequest.Mix), odd.Mix, "It must be 0 (the first image) to 1 (the second).");
        var first = Images.Encode([.. requests.Select(request => request.Image)], height, width);
        if (requests.All(request => request.SecondImage is null))
            return first;
        var second = Images.Encode(
            [.. requests.Select(request => request.SecondImage ?? request.Image)], height, width);
        return ImageCondition.Between(
            first, second, tensor(requests.Select(request => (float)request.Mix).ToArray(), device: Model.Device));
    }
}
