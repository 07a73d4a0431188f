using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Diffusion.Models;

/// <summary>
/// What some kinds of <see cref="LatentDiffusionModel"/> have beside the usual parts; all null for Stable Diffusion 1.x
/// and 2.x.
/// </summary>
public sealed record OptionalModelParts
{
    /// <summary>SDXL: the second text encoder's tokenizer.</summary>
    public ClipTokenizer? Tokenizer2 { get; init; }

    /// <summary>SDXL: the second text encoder, with projection.</summary>
    public ClipTextModel? TextEncoder2 { get; init; }

    /// <summary>Stable unCLIP: encodes the image that is varied, with projection.</summary>
    public ClipVisionModel? ImageEncoder { get; init; }

    /// <summary>Stable unCLIP: makes images ready for the image encoder.</summary>
    public ClipImageProcessor? ImageProcessor { get; init; }

    /// <summary>Stable unCLIP: mean and spread of the image embeddings.</summary>
    public StableUnClipImageNormalizer? ImageNormalizer { get; init; }

    /// <summary>Stable unCLIP: the schedule of the noise that is added to image embeddings.</summary>
    public SchedulerConfig? ImageNoisingSchedulerConfig { get; init; }

    /// <summary>
    /// InstructPix2Pix: whether the latents of the image to edit, which are joined to the UNet's input, are the
    /// autoencoder's own, without its scaling factor.
    /// </summary>
    public bool HasUnscaledImageLatents { get; init; }

    /// <summary>Upscaler: the schedule of the noise that is added to the small image.</summary>
    public SchedulerConfig? LowResSchedulerConfig { get; init; }

    /// <summary>Upscaler: the greatest noise level that is allowed.</summary>
    public int MaxNoiseLevel { get; init; } = 350;

    /// <summary>
    /// SDXL: whether an empty negative prompt stands for embeddings of zeros instead of those of an empty text.
    /// </summary>
    public bool ForceZerosForEmptyPrompt { get; init; }
}
