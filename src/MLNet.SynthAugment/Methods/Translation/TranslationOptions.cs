using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Methods.Translation;

/// <summary>What all images that a method makes from noised shots have in common.</summary>
internal sealed record TranslationOptions
{
    /// <summary>Denoising steps at full strength.</summary>
    public required int Steps { get; init; }

    public required double GuidanceScale { get; init; }

    public string NegativePrompt { get; init; } = "";

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>How a shot comes to the model's size.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    public MaskMode Masks { get; init; }

    /// <summary>By how many pixels of the model's images the object's mask grows.</summary>
    public int MaskGrowth { get; init; }

    /// <summary>
    /// Whether a model that takes images is shown the shot that an image starts from, or one of its class where that is
    /// of another.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <summary>Guidance by that shot alone; null for that of text and shot together.</summary>
    public double? ImageGuidanceScale { get; init; }
}
