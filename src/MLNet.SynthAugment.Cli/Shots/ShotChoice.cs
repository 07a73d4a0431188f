using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Cli.Shots;

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

/// <summary>A row of the view that ML.NET reads: a shot with its class.</summary>
internal sealed class ShotRow
{
    public string Label { get; set; } = "";

    [VectorType]
    public byte[] Image { get; set; } = [];

    /// <summary>Empty if there is none.</summary>
    public string Caption { get; set; } = "";

    /// <summary>Empty if there is none.</summary>
    [VectorType]
    public byte[] Mask { get; set; } = [];

    /// <summary>The rows of images, each read when it is its turn.</summary>
    /// <param name="entries">The images.</param>
    /// <param name="annotations">Their captions and masks; null for none.</param>
    public static IEnumerable<ShotRow> Of(IEnumerable<ImageEntry> entries, ShotAnnotations? annotations = null) =>
        entries.Select(entry => new ShotRow
        {
            Label = entry.ClassName,
            Image = BoundedImageDecoder.TryRead(entry, out var content, out var reason)
            ? content : throw new IOException($"'{entry.Name}' cannot be read any more: {reason}."),
            Caption = annotations?.CaptionOf(entry) ?? "",
            Mask = annotations?.MaskOf(entry) ?? [],
        });
}
