using System.Diagnostics.CodeAnalysis;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Decodes images of unknown origin within bounds: a file or zip entry that unpacks to more than 64 MiB, or that
/// declares more than 64 million pixels, is refused before it is decoded.
/// </summary>
public static class BoundedImageDecoder
{
    private const int MaxBytes = 64 << 20;
    private const long MaxPixels = 64_000_000;

    /// <summary>Decodes one image.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="image">The image, upright, or null.</param>
    /// <param name="reason">Why there is no image.</param>
    public static bool TryDecode(ImageEntry entry, [NotNullWhen(true)] out Image<Rgb24>? image, [NotNullWhen(false)] out string? reason)
    {
        image = null;
        try
        {
            var bytes = ReadBytes(entry);
            reason = bytes is null ? $"it holds more than {MaxBytes >> 20} MiB" : ReasonToRefuse(bytes);
            if (reason is not null)
                return false;
            image = Image.Load<Rgb24>(bytes);
            return true;
        }
        // Decoders throw many kinds of exception on damaged files; each of them means that this file is bad.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            reason = e.Message;
            return false;
        }
    }

    private static string? ReasonToRefuse(byte[] bytes)
    {
        if (bytes.Length == 0)
            return "it is empty";
        var info = Image.Identify(bytes);
        return (long)info.Width * info.Height > MaxPixels ? $"{info.Width}x{info.Height} pixels are too many" : null;
    }

    /// <summary>The content, or null if it is too long. A zip entry's stated length is not believed.</summary>
    private static byte[]? ReadBytes(ImageEntry entry)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (content.Length + read > MaxBytes)
                return null;
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }
}
