namespace MLNet.SynthAugment.Diffusion.Vision;

/// <summary>What the shapes in a weight file of OpenAI's CLIP or open_clip do not say.</summary>
public sealed record OpenClipOptions
{
    /// <summary>
    /// <c>quick_gelu</c> for OpenAI's own weights, <c>gelu</c> for those that open_clip trained (its <c>open_clip_config.json</c>
    /// says <c>"quick_gelu": true</c> where it is the former). The wrong one gives slightly wrong features and no error.
    /// </summary>
    public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Heads of the text encoder; null for the published models' rule, one for 64 channels.</summary>
    public long? TextHeads { get; init; }

    /// <summary>Heads of the image encoder; null for the published models' rule: one for 64 channels, but 16 for the widths 1280, 1408 and 1664 of H/14, g/14 and bigG/14.</summary>
    public long? VisionHeads { get; init; }
}
