using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Paints the masked part of images anew. An inpainting UNet (9 channels for 4 of latents) is shown the mask and the
/// rest of the image; with a plain one the rest is put back after each step, at that step's noise level (Lugmayr et al.
/// 2022, section 4.1). Also the part that is kept goes through the autoencoder.
/// </summary>
public sealed class InpaintPipeline : DiffusionPipeline<InpaintRequest, InpaintOptions>
{
    /// <summary>
    /// The stream of the noise that samples the masked image's latents; the whole image's is that of
    /// <see cref="ImageToImagePipeline"/>.
    /// </summary>
    public const string MaskedImageStream = "masked image";

    private const double Threshold = 0.5;

    /// <inheritdoc cref="DiffusionPipeline(LatentDiffusionModel, Scheduler?, Action{string}?)"/>
    public InpaintPipeline(LatentDiffusionModel model, Scheduler? scheduler = null, Action<string>? log = null)
        : base(model, scheduler, log) => PipelineFit.RequirePlainOrInpainting(model, nameof(InpaintPipeline));

    /// <summary>Whether the UNet is an inpainting one.</summary>
    public bool ShowsMaskToUNet => PipelineFit.IsInpainting(Model);

    /// <summary>Samples from tensors to latents.</summary>
    /// <param name="images">[B, 3, H, W], −1 to 1, both sides multiples of the autoencoder's factor.</param>
    /// <param name="masks">[B, 1, H, W], at least ½ where to paint.</param>
    /// <param name="conditioning">B rows of text embeddings and, for SDXL, conditions.</param>
    /// <param name="noise">
    /// Asked for <see cref="ImageToImagePipeline.ImageStream"/> unless an inpainting UNet paints at full strength, for
    /// <see cref="RequestNoise.Latents"/>, by an inpainting UNet for <see cref="MaskedImageStream"/>, and by some
    /// samplers for each step's noise.
    /// </param>
    /// <param name="options">Steps, guidance and strength; the size is that of the images.</param>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>Latents for <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Tensor Sample(
        Tensor images,
        Tensor masks,
        Conditioning conditioning,
        NoiseSource noise,
        InpaintOptions options,
        Action<SamplingStep>? onStep = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var run = Scheduler.Plan(options.Steps);
        var start = From(run, images, masks, conditioning, noise, options);
        return Denoise(run, start, noise, options, onStep, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override SamplingStart Prepare(
        SamplingRun run, IReadOnlyList<InpaintRequest> requests, InpaintOptions options, NoiseSource noise)
    {
        if (requests.FirstOrDefault(
            request => request.Mask.Width != request.Image.Width
            || request.Mask.Height != request.Image.Height) is { } odd)
            throw new ArgumentException(
                $"A mask is {odd.Mask.Width}×{odd.Mask.Height} pixels, but its image "
                    + $"{odd.Image.Width}×{odd.Image.Height}; they must be of one size.", nameof(requests));
        var images = ImageProcessor.ToTensor([.. requests.Select(request => request.Image)],
            options.Height, options.Width, options.Fit, Model.Device);
        var masks = ImageProcessor.ToMask([.. requests.Select(request => request.Mask)],
            options.Height, options.Width, options.Fit, Model.Device);
        var conditioning = ConditioningOf(requests, options, images.shape[2], images.shape[3], noise);
        return From(run, images, masks, conditioning, noise, options);
    }

    private SamplingStart From(SamplingRun run, Tensor images, Tensor masks, Conditioning conditioning,
        NoiseSource noise, InpaintOptions options)
    {
        ImageProcessor.RequireBatch(images, "images", 3);
        ImageProcessor.RequireBatch(masks, "masks", 1);
        var latentShape = LatentShape(images.shape[2], images.shape[3]);
        var isPainted = masks >= Kept(Threshold);
        var latentMasks = nn.functional.interpolate(isPainted.to(ScalarType.Float32), latentShape[1..]);
        var startsFromNoise = options.Strength == 1;
        var original = startsFromNoise && ShowsMaskToUNet
            ? null : Encode(images, noise(ImageToImagePipeline.ImageStream, latentShape));
        var startNoise = noise(RequestNoise.Latents, latentShape);
        var start = new SamplingStart(
            startsFromNoise
                ? run.StartFrom(startNoise) : run.AddNoiseAtStep(original!, startNoise, options.FirstStep),
            conditioning)
        { FirstStep = options.FirstStep };
        if (!ShowsMaskToUNet)
            return start with { AfterStep = PutBack };

        var kept = Encode(images * isPainted.logical_not(), noise(MaskedImageStream, latentShape));
        return start with { Conditioning = conditioning with { ExtraChannels = cat([latentMasks, kept], 1) } };

        Tensor PutBack(int step, Tensor latents)
        {
            var known = step + 1 < run.Timesteps.Count
                ? run.AddNoiseAtStep(original!, startNoise, step + 1) : original!;
            return (latentMasks.SubtractedFrom(1) * known).Plus(latentMasks * latents);
        }
    }
}

/// <summary>One image of which a part is to be painted anew.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Image">The image; it stays the caller's and is not changed.</param>
/// <param name="Mask">White where to paint, black where to keep (grey is rounded), of the image's size; it stays the
/// caller's.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public sealed record InpaintRequest(string Prompt, Image<Rgb24> Image, Image<Rgb24> Mask, NoiseKey Key)
    : ImageRequest(Prompt, Key);

/// <summary>Settings of an inpainting run.</summary>
public sealed record InpaintOptions : ImageToImageOptions
{
    /// <summary>Full strength: the masked part starts from pure noise.</summary>
    public InpaintOptions() => Strength = 1;

    /// <summary>The settings of an image-to-image run, for inpainting.</summary>
    /// <param name="options">The settings; strength included.</param>
    public InpaintOptions(ImageToImageOptions options) : base(options)
    {
    }
}
