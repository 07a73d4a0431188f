using System.Security.Cryptography;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Comparisons;

/// <summary>A readable image of a set.</summary>
/// <param name="Entry">Its file.</param>
/// <param name="Hash">SHA-256 of the file, to recognise copies.</param>
internal sealed record ComparisonImage(ImageEntry Entry, string Hash)
{
    public string ClassName => Entry.ClassName;

    /// <summary>Reads a split, each image once.</summary>
    /// <param name="entries">The images.</param>
    /// <param name="warn">Told of those that cannot be read; they are left out.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static List<ComparisonImage> Read(IEnumerable<ImageEntry> entries, Action<string> warn, CancellationToken cancellation)
    {
        var images = new List<ComparisonImage>();
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (BoundedImageDecoder.TryRead(entry, out var content, out var reason) && BoundedImageDecoder.Default.TryDecode(content, out var image, out reason))
            {
                image.Dispose();
                images.Add(new ComparisonImage(entry, Convert.ToHexStringLower(SHA256.HashData(content))));
            }
            else
            {
                warn($"'{entry.Name}' is left out: {reason}.");
            }
        }
        return images;
    }
}
