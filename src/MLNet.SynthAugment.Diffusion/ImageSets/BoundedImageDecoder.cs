using System.Diagnostics.CodeAnalysis;
using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Decodes images of unknown origin within bounds: PNG, JPEG, GIF, BMP, WebP and ICO, told by their content. The
/// declared size is looked at before any pixel is decoded, a file or zip entry is read up to a limit, and a file that
/// breaks off is refused. Of an animation the first frame counts, of an icon the largest picture.
/// <see cref="ImageReading"/> says how images are turned, and what transparent ones are composed on.
/// </summary>
public sealed class BoundedImageDecoder
{
    /// <summary>The most pixels of an image, unless another limit is asked for.</summary>
    public const long DefaultMaxPixels = 64_000_000;

    private const int MaxBytes = 64 << 20;

    // What packs better than this is no photograph or drawing, unless it is small.
    private const int MaxPackingRatio = 200;
    private const int AlwaysAllowedBytes = 16 << 20;

    private readonly long _maxPixels;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxPixels">The most pixels an image may have, at least 1.</param>
    /// <param name="reading">How images are turned and composed; null for upright, on white.</param>
    public BoundedImageDecoder(long maxPixels = DefaultMaxPixels, ImageReading? reading = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        _maxPixels = maxPixels;
        Reading = reading ?? ImageReading.Default;
    }

    /// <summary>A decoder with the usual bounds that gives images upright, on white.</summary>
    public static BoundedImageDecoder Default { get; } = new();

    /// <summary>How images are turned and composed.</summary>
    public ImageReading Reading { get; }

    /// <summary>Decodes an image of a set.</summary>
    /// <param name="entry">The file; more than 64 MiB of it, or a zip entry that unpacks to more than 16 MiB and to 200
    /// times what it takes, is refused.</param>
    /// <param name="image">The image, or null; the caller disposes it.</param>
    /// <param name="reason">Why there is no image, without a full stop.</param>
    public bool TryDecode(ImageEntry entry, [NotNullWhen(true)] out Image<Rgb24>? image,
        [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(entry);
        image = null;
        return TryRead(entry, out var content, out reason) && TryDecode(content, out image, out reason);
    }

    /// <summary>Decodes the content of a file.</summary>
    /// <param name="content">An encoded image.</param>
    /// <param name="image">The image, or null; the caller disposes it.</param>
    /// <param name="reason">Why there is no image, without a full stop.</param>
    public bool TryDecode(byte[] content, [NotNullWhen(true)] out Image<Rgb24>? image,
        [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(content);
        image = null;
        if (!TryExamine(content, out var decoded, out reason))
            return false;
        image = decoded.Pixels;
        return true;
    }

    /// <summary>Decodes the content of a file, and tells what in it left a choice.</summary>
    internal bool TryExamine(
        byte[] content, [NotNullWhen(true)] out DecodedImage? decoded, [NotNullWhen(false)] out string? reason)
    {
        (decoded, reason) = (null, null);
        try
        {
            decoded = EncodedImage.Decode(content, Reading, ReasonToRefuse);
            return true;
        }
        // InvalidDataException says what is wrong; anything else that a decoder throws means that this file is bad,
        // too.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            reason = Describe(error);
            return false;
        }
    }

    /// <summary>
    /// Reads the file of an image within the same bounds as
    /// <see cref="TryDecode(ImageEntry, out Image{Rgb24}?, out string?)"/>.
    /// </summary>
    /// <param name="entry">The file.</param>
    /// <param name="content">Its bytes, or null.</param>
    /// <param name="reason">Why there are none, without a full stop.</param>
    public static bool TryRead(
        ImageEntry entry, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(entry);
        (content, reason) = (null, null);
        try
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            var limit = Math.Min(MaxBytes, Math.Max(AlwaysAllowedBytes, MaxPackingRatio * entry.PackedLength));
            var buffer = new byte[1 << 16];
            // A zip entry's stated length is not believed.
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (bytes.Length + read > limit)
                {
                    reason = $"it holds more than {limit >> 20} MiB"
                        + (limit < MaxBytes
                            ? $", which is more than {MaxPackingRatio} times what it takes in the zip" : "");
                    return false;
                }
                bytes.Write(buffer, 0, read);
            }
            content = bytes.ToArray();
            return true;
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            reason = Describe(error);
            return false;
        }
    }

    /// <summary>Why an image of a size is too large, without a full stop; null if it is not.</summary>
    internal string? ReasonToRefuse(int width, int height) =>
        (long)width * height > _maxPixels
            ? $"its {width} × {height} pixels are more than the {_maxPixels} allowed" : null;

    private static string Describe(Exception error) => error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
