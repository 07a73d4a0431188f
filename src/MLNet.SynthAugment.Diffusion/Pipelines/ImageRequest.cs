namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One image to make. Seed, class and index alone decide its noise (see <see cref="Noise"/>).</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="RunSeed">The seed of the whole run.</param>
/// <param name="ClassName">The class it is for.</param>
/// <param name="Index">Its number within the class.</param>
public record ImageRequest(string Prompt, long RunSeed, string ClassName, long Index)
{
    /// <summary>What this image should not show; null for <see cref="SamplingOptions.NegativePrompt"/>.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// For models that take images (see <see cref="ImageConditioner"/>): one row; it stays the caller's. Null drops the
    /// condition.
    /// </summary>
    public ImageCondition? ImageCondition { get; init; }
}
