namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One image to make.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public record ImageRequest(string Prompt, NoiseKey Key)
{
    /// <summary>What this image should not show; null for <see cref="SamplingOptions.NegativePrompt"/>.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// For models that take images (see <see cref="ImageConditioner"/>): one row; it stays the caller's. Null drops the
    /// condition.
    /// </summary>
    public ImageCondition? ImageCondition { get; init; }
}
