namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Settings of an upscaling run; the defaults are those of Stable Diffusion's x4 upscaler.</summary>
public sealed record UpscaleOptions : SamplingOptions
{
    /// <summary>The highest noise level that the published upscaler was trained with.</summary>
    public const int MaxNoiseLevel = 350;

    /// <summary>The published defaults.</summary>
    public UpscaleOptions()
    {
        Steps = 75;
        GuidanceScale = 9;
    }

    /// <summary>
    /// How much noise is added to the small image, as a timestep of the low-resolution schedule, 0 to <see cref="MaxNoiseLevel"/>:
    /// the higher, the more the model invents.
    /// </summary>
    public int NoiseLevel { get; init; } = 20;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (NoiseLevel is < 0 or > MaxNoiseLevel)
            throw new ArgumentOutOfRangeException(nameof(NoiseLevel), NoiseLevel, $"It must be 0 to {MaxNoiseLevel}.");
        if ((Height ?? Width) is { } size)
            throw new ArgumentOutOfRangeException(nameof(Height), size, "An upscaler's images are a fixed number of times larger than what it is given: leave Height and Width out, and resize the small image instead.");
    }
}
