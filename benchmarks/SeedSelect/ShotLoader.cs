using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Benchmarks.SeedSelection;

/// <summary>A class with its first shots.</summary>
/// <param name="Name">The class.</param>
/// <param name="Shots">Its images.</param>
internal sealed record ShotImagesOfClass(string Name, IReadOnlyList<Image<Rgb24>> Shots);

/// <summary>Reads the shots of a set's classes.</summary>
internal static class ShotLoader
{
    public static IReadOnlyList<ShotImagesOfClass> Load(ImageSetLocation location, int shots)
    {
        var found = new Dictionary<string, List<Image<Rgb24>>>();
        foreach (var entry in ImageSetReader.Read(location))
        {
            if (!found.TryGetValue(entry.ClassName, out var images))
                found[entry.ClassName] = images = [];
            if (images.Count == shots)
                continue;
            if (!BoundedImageDecoder.Default.TryDecode(entry, out var image, out var reason))
                throw new InvalidDataException($"{entry.Name} cannot be read: {reason}.");
            images.Add(image);
        }
        return [.. found.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new ShotImagesOfClass(entry.Key, entry.Value))];
    }

    /// <summary>Some of the classes, evenly spread.</summary>
    public static IReadOnlyList<ShotImagesOfClass> Spread(IReadOnlyList<ShotImagesOfClass> classes, int count)
    {
        var step = Math.Max(classes.Count / count, 1);
        return [.. classes.Where((_, i) => i % step == 0).Take(count)];
    }
}
