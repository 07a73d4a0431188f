using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>What belongs to the images of a set, found by their paths.</summary>
/// <param name="values">By path in the set, with or without split and wrapping folders before, with or without the
/// image's extension.</param>
internal sealed class ByImagePath<T>(IReadOnlyDictionary<string, T> values)
    where T : class
{
    /// <summary>What belongs to an image, or null.</summary>
    public T? Find(ImageEntry image)
    {
        for (var path = image.Name; ; path = path[(path.IndexOf('/') + 1)..])
        {
            if (FindAt(path) is { } found)
                return found;
            if (path.Length <= image.PathInClasses.Length)
                return null;
        }
    }

    private T? FindAt(string path) =>
        values.GetValueOrDefault(path) ?? values.GetValueOrDefault(ImagePath.WithoutExtension(path));
}
