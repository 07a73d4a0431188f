using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>
/// The shots of a run: of each class the first readable images, in the order of the set's <c>index.csv</c> where there
/// is one, and of their names otherwise.
/// </summary>
internal static class ShotChoice
{
    /// <param name="set">The images.</param>
    /// <param name="shots">The most images of a class; null for all.</param>
    /// <param name="warn">Told of images that cannot be read, and of classes that have fewer.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InvalidDataException">A class has no readable image.</exception>
    public static IReadOnlyList<ImageEntry> Choose(
        ImageSetReader set, int? shots, Action<string> warn, CancellationToken cancellation)
    {
        var chosen = new List<ImageEntry>();
        foreach (var images in set.Entries.GroupBy(entry => entry.ClassName))
        {
            var ordered = images.OrderBy(entry => entry.Rank ?? int.MaxValue)
                .ThenBy(entry => entry.Name, StringComparer.Ordinal);
            var ofClass = ordered.Where(entry => IsReadable(entry, warn, cancellation)).Take(shots ?? int.MaxValue)
                .ToList();
            if (ofClass.Count == 0)
                throw new InvalidDataException(
                    $"No image of class '{images.Key}' can be read; the warnings above name them. Take the class out "
                        + "of the set, or mend it.");
            if (ofClass.Count < shots)
                warn($"Class '{images.Key}' has {ofClass.Count} readable images, fewer than the {shots} asked for; "
                    + "all of them are used.");
            chosen.AddRange(ofClass);
        }
        return chosen;
    }

    private static bool IsReadable(ImageEntry entry, Action<string> warn, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (BoundedImageDecoder.Default.TryDecode(entry, out var image, out var reason))
        {
            image.Dispose();
            return true;
        }
        warn($"'{entry.Name}' is left out: {reason}.");
        return false;
    }
}
