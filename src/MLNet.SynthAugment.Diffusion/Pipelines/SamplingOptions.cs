namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Settings of a sampling run; the defaults are those of Stable Diffusion's text-to-image pipeline.</summary>
public sealed record SamplingOptions
{
    /// <summary>Number of denoising steps, at least 1.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Strength of classifier-free guidance, at least 0; 1 switches it off and halves the work.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>Pull of the guided prediction back to the spread of the unguided one, 0 (none) to 1.</summary>
    public double GuidanceRescale { get; init; }

    /// <summary>What the images should not show; used by guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        if (!(GuidanceScale >= 0 && double.IsFinite(GuidanceScale)))
            throw new ArgumentOutOfRangeException(nameof(GuidanceScale), GuidanceScale, "It must be at least 0.");
        if (GuidanceRescale is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(GuidanceRescale), GuidanceRescale, "It must be 0 to 1.");
    }
}
