namespace MLNet.SynthAugment.Diffusion.Pipelines;

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
