namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Settings of an upscaling run; the defaults are those of Stable Diffusion's x4 upscaler.</summary>
public sealed record UpscaleOptions : SamplingOptions
{
    /// <summary>The published defaults.</summary>
    public UpscaleOptions()
    {
        Steps = 75;
        GuidanceScale = 9;
    }

    /// <summary>
    /// How much noise is added to the small image, as a timestep of the low-resolution schedule, 0 to
    /// <see cref="LatentDiffusionModel.MaxNoiseLevel"/>: the higher, the more the model invents.
    /// </summary>
    public int NoiseLevel { get; init; } = 20;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(NoiseLevel);
        if ((Height ?? Width) is { } size)
            throw new ArgumentOutOfRangeException(
                nameof(Height), size, "An upscaler's images are a fixed number of times larger than what it is "
                    + "given: leave Height and Width out, and resize the small image instead.");
    }
}
