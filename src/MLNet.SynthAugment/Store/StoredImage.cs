namespace MLNet.SynthAugment.Store;

/// <summary>A synthetic image in a store: a row of the manifest.</summary>
/// <param name="Label">The class.</param>
/// <param name="Index">Which image of the class, from 0.</param>
/// <param name="Path">The absolute path of the PNG file.</param>
/// <param name="Sha256">The hash of the file's bytes.</param>
/// <param name="Prompt">The text it was made from.</param>
/// <param name="Seed">The seed its randomness came from.</param>
/// <param name="Score">How well it fits its class; NaN if not measured.</param>
/// <param name="SourceHash">The image hash of the one shot it leans on, or null.</param>
internal sealed record StoredImage(string Label, long Index, string Path, string Sha256, string Prompt, long Seed, float Score, string? SourceHash)
{
    /// <summary>Weights by label; null for an image that is its label's class alone.</summary>
    public IReadOnlyDictionary<string, float>? SoftLabels { get; init; }
}
