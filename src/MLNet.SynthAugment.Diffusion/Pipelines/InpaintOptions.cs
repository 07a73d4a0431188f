namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Settings of an inpainting run.</summary>
public sealed record InpaintOptions : ImageToImageOptions
{
    /// <summary>Full strength: the masked part starts from pure noise.</summary>
    public InpaintOptions() => Strength = 1;
}
