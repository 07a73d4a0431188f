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
}
