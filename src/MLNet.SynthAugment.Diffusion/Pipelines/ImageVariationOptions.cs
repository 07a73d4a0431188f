namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Settings of an image-variation run; the defaults are those of Stable unCLIP.</summary>
public sealed record ImageVariationOptions : SamplingOptions
{
    /// <summary>The published defaults.</summary>
    public ImageVariationOptions()
    {
        Steps = 20;
        GuidanceScale = 10;
    }

    /// <summary>
    /// How much noise is added to the image embedding, as a timestep of the image-noising schedule, 0 (none to speak of) to its
    /// last: the higher, the further the images are from the given one.
    /// </summary>
    public int NoiseLevel { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(NoiseLevel);
    }
}
