using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>A readable image of a set.</summary>
/// <param name="Entry">Its file.</param>
/// <param name="Hash">SHA-256 of its content, to recognise copies.</param>
/// <param name="StatesOrientation">Whether the file says that its pixels do not lie upright.</param>
/// <param name="IsTransparent">Whether any pixel is not opaque.</param>
internal sealed record ComparisonImage(ImageEntry Entry, string Hash, bool StatesOrientation, bool IsTransparent)
{
    public string ClassName => Entry.ClassName;

    /// <summary>Reads a split, each image once.</summary>
    /// <param name="entries">The images.</param>
    /// <param name="reading">How they are turned and composed.</param>
    /// <param name="warn">Receives sentences on images that cannot be read; they are left out.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidDataException">A class has no image that can be read.</exception>
    public static List<ComparisonImage> Read(
        IEnumerable<ImageEntry> entries, ImageReading reading, Action<string> warn, CancellationToken cancellationToken)
    {
        var decoder = new BoundedImageDecoder(reading: reading);
        var images = new List<ComparisonImage>();
        var all = entries.ToList();
        foreach (var entry in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (BoundedImageDecoder.TryRead(entry, out var content, out var reason)
                && decoder.TryExamine(content, out var image, out reason))
            {
                using (image)
                {
                    var hash = Convert.ToHexStringLower(SHA256.HashData(Unambiguous(content, image)));
                    images.Add(new ComparisonImage(entry, hash, image.StatesOrientation, image.IsTransparent));
                }
            }
            else
            {
                warn($"'{entry.Name}' is left out: {reason}.");
            }
        }
        var readable = images.Select(image => image.ClassName).ToHashSet();
        if (all.FirstOrDefault(entry => !readable.Contains(entry.ClassName)) is { } lost)
            throw new InvalidDataException(
                $"No image of class '{lost.ClassName}' can be read; the warnings above name them. Take the class out "
                + $"of the set, or mend it.");
        return images;
    }

    /// <summary>
    /// An image file's bytes for whatever trains or measures: of one that can be read in several ways, a file of the
    /// pixels, so that all see the same.
    /// </summary>
    /// <exception cref="IOException">The image cannot be read any more.</exception>
    public byte[] ReadContent(ImageReading reading)
    {
        if (!BoundedImageDecoder.TryRead(Entry, out var content, out var reason))
            throw Unreadable(reason);
        if (!StatesOrientation && !IsTransparent)
            return content;
        if (!new BoundedImageDecoder(reading: reading).TryExamine(content, out var image, out reason))
            throw Unreadable(reason);
        using (image)
            return Unambiguous(content, image);
    }

    private static byte[] Unambiguous(byte[] content, DecodedImage image) =>
        image.StatesOrientation || image.IsTransparent ? Png.Encode(image.Pixels) : content;

    private IOException Unreadable(string reason) => new($"'{Entry.Name}' cannot be read any more: {reason}.");
}

/// <summary>A row of the views that are trained on and measured by.</summary>
internal sealed class ComparisonRow
{
    public string Label { get; set; } = "";

    [VectorType]
    public byte[] Image { get; set; } = [];

    /// <summary>The rows of images, each read when the cursor reaches it.</summary>
    public static IEnumerable<ComparisonRow> Of(IEnumerable<ComparisonImage> images, ImageReading reading) =>
        images.Select(image => new ComparisonRow { Label = image.ClassName, Image = image.ReadContent(reading) });
}
