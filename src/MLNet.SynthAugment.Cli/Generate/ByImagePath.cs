using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>What belongs to the images of a set, found by their paths.</summary>
/// <param name="split">The images' split; null if the set has none.</param>
/// <param name="values">By path in the set, with or without the split before, with or without the image's extension.</param>
internal sealed class ByImagePath<T>(string? split, IReadOnlyDictionary<string, T> values)
    where T : class
{
    /// <summary>What belongs to an image, or null.</summary>
    public T? Find(ImageEntry image) => FindAt(image.Name)
        ?? (split is not null && image.Name.StartsWith(split + '/', StringComparison.Ordinal) ? FindAt(image.Name[(split.Length + 1)..]) : null);

    private T? FindAt(string path) => values.GetValueOrDefault(path) ?? values.GetValueOrDefault(ImagePath.WithoutExtension(path));
}
