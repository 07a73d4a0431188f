using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Images to variations of them, for models that take images as conditions beside a prompt
/// (<see cref="ImageConditioner"/>): with Stable unCLIP (Ramesh et al. 2022) the UNet sees the CLIP embedding of an
/// image, noised to a level; with InstructPix2Pix (Brooks et al. 2023) its latents, and the prompt says how to edit it.
/// </summary>
public sealed class ImageVariationPipeline : DiffusionPipeline<ImageVariationRequest, ImageVariationOptions>
{
    /// <inheritdoc cref="DiffusionPipeline(LatentDiffusionModel, Scheduler?, Action{string}?)"/>
    public ImageVariationPipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequireImages(model, nameof(ImageVariationPipeline));

    /// <summary>Samples from image conditions to latents.</summary>
    /// <param name="images">B rows, as <see cref="ImageConditioner.Encode"/> makes them or as interpolated from
    /// such.</param>
    /// <param name="conditioning">B rows of text embeddings; the images are added to it.</param>
    /// <param name="noise">
    /// Asked for <see cref="ImageConditioner.EmbeddingStream"/>, <see cref="RequestNoise.Latents"/> and, by some
    /// samplers, each step's noise.
    /// </param>
    /// <param name="options">Steps, guidance, noise level and size.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
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
        options.Validate();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        var size = SizeOf(options);
        var rows = Enumerable.Range(0, (int)conditioning.PromptEmbeds.shape[0]).Select(row => images.Row(row)).ToList();
        var steered = Images.AddTo(conditioning, rows, noise, options.ImageNoiseLevel, size.Height, size.Width);
        var start = FromNoise(run, steered, noise, size);
        return Denoise(run, start, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override SamplingStart Prepare(SamplingRun run, IReadOnlyList<ImageVariationRequest> requests,
        ImageVariationOptions options, NoiseSource noise)
    {
        var size = SizeOf(options);
        var images = Conditions(requests, size.Height, size.Width);
        var steered = requests.Select((request, row) => request with { ImageCondition = images.Row(row) }).ToList();
        return FromNoise(run, ConditioningOf(steered, options, size.Height, size.Width, noise), noise, size);
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

/// <summary>
/// One variation of an image, or of what lies between two images. Its <see cref="ImageRequest.ImageCondition"/> is not
/// used.
/// </summary>
/// <param name="Image">The image; it stays the caller's and is not changed.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public sealed record ImageVariationRequest(Image<Rgb24> Image, NoiseKey Key)
    : ImageRequest("", Key)
{
    /// <summary>
    /// A second image; the embedding is then interpolated between the two on the sphere. Null for none.
    /// </summary>
    public Image<Rgb24>? SecondImage { get; init; }

    /// <summary>Where between the two, 0 (the first) to 1 (the second).</summary>
    public double Mix { get; init; } = 0.5;
}

/// <summary>Settings of an image-variation run; the defaults are those of Stable unCLIP.</summary>
public sealed record ImageVariationOptions : SamplingOptions
{
    /// <summary>The published defaults.</summary>
    public ImageVariationOptions()
    {
        Steps = 20;
        GuidanceScale = 10;
    }
}
