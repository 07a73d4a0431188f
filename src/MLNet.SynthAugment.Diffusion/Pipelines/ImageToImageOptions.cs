using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

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
