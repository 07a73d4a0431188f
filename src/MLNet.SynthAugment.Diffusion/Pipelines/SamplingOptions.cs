using MLNet.SynthAugment.Diffusion.Guidance;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Settings of a sampling run; the defaults are those of Stable Diffusion's text-to-image pipeline.</summary>
public record SamplingOptions
{
    /// <summary>Number of denoising steps, at least 1.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Strength of classifier-free guidance, at least 0; 1 switches it off and halves the work.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>
    /// The guidance; null for the one that <see cref="GuidanceScale"/>, <see cref="ImageGuidanceScale"/> and
    /// <see cref="GuidanceRescale"/> describe, which play no part otherwise.
    /// </summary>
    public IGuidance? Guidance { get; init; }

    /// <summary>
    /// For models that take images: strength of guidance by the image alone, at least 0, so that
    /// <see cref="GuidanceScale"/> is that of the text (Brooks et al. 2023, equation 3: three predictions a step; 1.5
    /// is usual for InstructPix2Pix). At 1 the image is given but not strengthened, for two predictions. Null: text and
    /// image together are guided by <see cref="GuidanceScale"/>, as in Stable unCLIP.
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>
    /// For models that take image embeddings: how much noise is added to them, as a timestep of the image-noising
    /// schedule, 0 (none to speak of) to its last: the higher, the further the images are from the given ones.
    /// </summary>
    public int ImageNoiseLevel { get; init; }

    /// <summary>Pull of the guided prediction back to the spread of the unguided one, 0 (none) to 1.</summary>
    public double GuidanceRescale { get; init; }

    /// <summary>
    /// Where guidance begins, as a fraction of the steps, 0 (with the first) to 1. Steps outside the interval cost half
    /// (Kynkäänniemi et al. 2024: guidance hurts variety early and does little late); the images are not quite the same
    /// then.
    /// </summary>
    public double GuidanceStart { get; init; }

    /// <summary>
    /// Where guidance ends, as a fraction of the steps, <see cref="GuidanceStart"/> to 1 (after the last).
    /// </summary>
    public double GuidanceEnd { get; init; } = 1;

    /// <summary>
    /// Each how many steps the whole UNet is computed, at least 1; the steps between take over its deep features
    /// (<see cref="UNets.DeepFeatureCache"/>). 1 is exact; above, images differ somewhat and take less time
    /// (docs/performance.md).
    /// </summary>
    public int DeepFeatureInterval { get; init; } = 1;

    /// <summary>How many of the UNet's first and last layers every step computes all the same, at least 1.</summary>
    public int DeepFeatureLayers { get; init; } = 2;

    /// <summary>
    /// Which part of the image tokens the self-attentions of the largest images merge with similar ones, 0 to 0.75
    /// (Bolya and Hoffman 2023). 0 is exact; above, images differ somewhat and large ones take less time
    /// (docs/performance.md).
    /// </summary>
    public double MergedTokens { get; init; }

    /// <summary>What the images should not show; used by guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>
    /// How many of the text encoder's last layers to leave out for the prompt, at least 0 (<c>clip_skip</c> of
    /// diffusers).
    /// </summary>
    public int ClipSkip { get; init; }

    /// <summary>
    /// SDXL: what the model is told about sizes; null for an image that was neither resized nor cropped.
    /// </summary>
    public SizeConditioning? SizeConditioning { get; init; }

    /// <summary>
    /// Height of the images in pixels, a multiple of the autoencoder's factor; null for what the pipeline takes by
    /// default.
    /// </summary>
    public int? Height { get; init; }

    /// <summary>Width of the images in pixels, likewise.</summary>
    public int? Width { get; init; }

    /// <summary>Whether some prediction may be told the negative prompt.</summary>
    internal bool NeedsNegativePrompt => GuidanceFor(hasImages: true).Parts.Any(part => !part.Prompt);

    /// <summary>Whether guidance applies to a step.</summary>
    /// <param name="stepIndex">Index in the sampler's whole list of timesteps, also where a run starts later in
    /// it.</param>
    public bool IsGuided(int stepIndex)
    {
        // PNDM calls the model once more than there are steps.
        var position = (double)Math.Min(stepIndex, Steps - 1) / Steps;
        return position >= GuidanceStart && position < GuidanceEnd;
    }

    /// <summary>The guidance of a run.</summary>
    /// <param name="hasImages">Whether its conditioning has images that guidance can leave out.</param>
    internal IGuidance GuidanceFor(bool hasImages)
    {
        if (Guidance is not null)
            return Guidance;
        IGuidance plain = hasImages
            ? new ImageTextGuidance(ImageGuidanceScale ?? GuidanceScale, GuidanceScale)
            : new ClassifierFreeGuidance(GuidanceScale);
        return GuidanceRescale > 0 && plain.Parts.Count > 1 ? new RescaledGuidance(plain, GuidanceRescale) : plain;
    }

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DeepFeatureInterval, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DeepFeatureLayers, 1);
        if (MergedTokens is not (>= 0 and <= 0.75))
            throw new ArgumentOutOfRangeException(nameof(MergedTokens), MergedTokens, "It must be 0 to 0.75.");
        RequireScale(nameof(GuidanceScale), GuidanceScale);
        RequireScale(nameof(ImageGuidanceScale), ImageGuidanceScale ?? 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ImageNoiseLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(ClipSkip);
        RequireFraction(nameof(GuidanceRescale), GuidanceRescale);
        RequireFraction(nameof(GuidanceStart), GuidanceStart);
        RequireFraction(nameof(GuidanceEnd), GuidanceEnd);
        if (GuidanceEnd < GuidanceStart)
            throw new ArgumentOutOfRangeException(
                nameof(GuidanceEnd), GuidanceEnd, $"It must not lie before GuidanceStart, {GuidanceStart}.");
    }

    private static void RequireScale(string name, double value)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, "It must be at least 0.");
    }

    /// <summary>Checks that a setting is 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    private protected static void RequireFraction(string name, double value)
    {
        if (value is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(name, value, "It must be 0 to 1.");
    }
}

/// <summary>
/// What SDXL is told about sizes (Podell et al. 2023, section 2.2), in pixels. It was trained with each training
/// image's values, so that a small original size gives blurred images, and a crop away from 0 gives cut-off ones.
/// </summary>
/// <param name="OriginalHeight">Height that the image is to look as if it had before it was resized.</param>
/// <param name="OriginalWidth">Width, likewise.</param>
/// <param name="TargetHeight">Height of the image.</param>
/// <param name="TargetWidth">Width of the image.</param>
/// <param name="CropTop">Rows that are to look cut off at the top.</param>
/// <param name="CropLeft">Columns that are to look cut off at the left.</param>
public sealed record SizeConditioning(
    long OriginalHeight, long OriginalWidth, long TargetHeight, long TargetWidth, long CropTop = 0, long CropLeft = 0)
{
    /// <summary>An image that was neither resized nor cropped.</summary>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="width">Its width in pixels.</param>
    public static SizeConditioning Whole(long height, long width) => new(height, width, height, width);

    /// <summary>The values in the order in which the UNet takes them.</summary>
    internal float[] TimeIds => [OriginalHeight, OriginalWidth, CropTop, CropLeft, TargetHeight, TargetWidth];
}
