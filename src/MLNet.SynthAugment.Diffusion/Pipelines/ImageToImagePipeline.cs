using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Images to similar images (Meng et al. 2022, SDEdit): an image's latents are noised as far as the strength says and
/// denoised again under a prompt.
/// </summary>
public sealed class ImageToImagePipeline : DiffusionPipeline<ImageToImageRequest, ImageToImageOptions>
{
    /// <summary>The stream of the noise that samples an image's latents from the autoencoder's posterior.</summary>
    public const string ImageStream = "image";

    /// <summary>The same for the second image of a request.</summary>
    public const string SecondImageStream = "second image";

    /// <inheritdoc cref="DiffusionPipeline(LatentDiffusionModel, Scheduler?, Action{string}?)"/>
    public ImageToImagePipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequirePlain(model, nameof(ImageToImagePipeline));

    /// <summary>Samples from image tensors and embeddings to latents.</summary>
    /// <param name="images">[B, 3, H, W], −1 to 1, both sides multiples of the autoencoder's factor.</param>
    /// <param name="conditioning">B rows of text embeddings and, for SDXL, conditions.</param>
    /// <param name="noise">Asked for <see cref="ImageStream"/>, <see cref="RequestNoise.Latents"/> and, by some
    /// samplers, each step's noise.</param>
    /// <param name="options">Steps, guidance and strength; the size is that of the images.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor images,
        Conditioning conditioning,
        NoiseSource noise,
        ImageToImageOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        ImageProcessor.RequireBatch(images, "images", 3);
        var latents = Encode(images, noise(ImageStream, LatentShape(images.shape[2], images.shape[3])));
        var start = From(run, latents, conditioning, noise, options);
        return Denoise(run, start, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override SamplingStart Prepare(
        SamplingRun run, IReadOnlyList<ImageToImageRequest> requests, ImageToImageOptions options, NoiseSource noise)
    {
        RequireShares(requests);
        var images = ToTensor(request => request.Image);
        var (height, width) = (images.shape[2], images.shape[3]);
        var conditioning = ConditioningOf(requests, options, height, width, noise);
        var latents = Encode(images, noise(ImageStream, LatentShape(height, width)));
        if (requests.Any(request => request.SecondImage is not null))
        {
            var second = Encode(ToTensor(request => request.SecondImage ?? request.Image),
                noise(SecondImageStream, LatentShape(height, width)));
            var shares = tensor(
                requests.Select(request => request.SecondImage is null ? 0 : (float)request.Mix).ToArray(),
                [requests.Count, 1, 1, 1], device: Model.Device);
            latents = (latents * shares.SubtractedFrom(1)).Plus(second * shares);
        }
        return From(run, latents, conditioning, noise, options);

        Tensor ToTensor(Func<ImageToImageRequest, Image<Rgb24>> imageOf) => ImageProcessor.ToTensor(
            [.. requests.Select(imageOf)], options.Height, options.Width, options.Fit, Model.Device);
    }

    private static SamplingStart From(
        SamplingRun run, Tensor latents, Conditioning conditioning, NoiseSource noise, ImageToImageOptions options) =>
        new(run.AddNoiseAtStep(latents, noise(RequestNoise.Latents, latents.shape[1..]), options.FirstStep),
            conditioning)
        { FirstStep = options.FirstStep };

    private static void RequireShares(IReadOnlyList<ImageToImageRequest> requests)
    {
        if (requests.FirstOrDefault(
            request => request.SecondImage is not null && request.Mix is not (>= 0 and <= 1)) is { } odd)
            throw new ArgumentOutOfRangeException(
                nameof(ImageToImageRequest.Mix), odd.Mix, "It must be 0 (the first image) to 1 (the second).");
    }
}

/// <summary>One image to make from another one.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Image">The image to start from; it stays the caller's and is not changed.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public sealed record ImageToImageRequest(string Prompt, Image<Rgb24> Image, NoiseKey Key) : ImageRequest(Prompt, Key)
{
    /// <summary>
    /// A second image whose latents are mixed with the first one's (MixUp, Zhang et al. 2018); null for none. It stays
    /// the caller's.
    /// </summary>
    public Image<Rgb24>? SecondImage { get; init; }

    /// <summary>The share of the second image's latents, 0 (the first image alone) to 1 (the second alone).</summary>
    public double Mix { get; init; } = 0.5;
}

/// <summary>
/// Settings of an image-to-image run. Without <see cref="SamplingOptions.Height"/> and Width images keep their size.
/// </summary>
public record ImageToImageOptions : SamplingOptions
{
    /// <summary>
    /// How much of the way back to noise an image goes before it is denoised again (Meng et al. 2022, SDEdit), above 0
    /// (hardly changed) to 1. Of n steps the last ⌊n · strength⌋ are done, at least one.
    /// </summary>
    public double Strength { get; init; } = 0.8;

    /// <summary>How an image comes to another size.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Stretch;

    /// <summary>Index of the first step that is done.</summary>
    public int FirstStep => Steps - Math.Min((int)(Steps * Strength), Steps);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireFraction(nameof(Strength), Strength);
        if (FirstStep == Steps)
            throw new ArgumentOutOfRangeException(
                nameof(Strength), Strength,
                $"Of {Steps} steps this strength leaves none; it takes at least {1.0 / Steps:0.####}, or more steps.");
    }
}
