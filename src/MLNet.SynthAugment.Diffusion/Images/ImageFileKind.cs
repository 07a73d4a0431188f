using System.Diagnostics.CodeAnalysis;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>Tells by a file's first bytes what it is; its extension is not asked.</summary>
internal static class ImageFileKind
{
    private const string Read = "PNG, JPEG, GIF, BMP, WebP and ICO";

    private const string Video = "a video";

    // How far a page of text may begin with blanks, a byte order mark or an XML declaration.
    private const int TextShown = 512;

    /// <summary>The name of the file's format, if it is one of those that are decoded.</summary>
    /// <param name="content">The file.</param>
    /// <param name="format">PNG, JPEG, GIF, BMP, WebP or ICO; null if it is none of them.</param>
    /// <param name="reason">What it is instead and what to do, without a full stop.</param>
    public static bool IsReadable(
        ReadOnlySpan<byte> content, [NotNullWhen(true)] out string? format, [NotNullWhen(false)] out string? reason)
    {
        format = content switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "PNG",
            [0xFF, 0xD8, 0xFF, ..] => "JPEG",
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "GIF",
            [(byte)'B', (byte)'M', ..] => "BMP",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
                "WebP",
            [0, 0, 1, 0, ..] => "ICO",
            _ => null,
        };
        reason = format is null ? Refusal(content) : null;
        return format is not null;
    }

    /// <summary>Whether a file that may be anything, such as a text, is an image.</summary>
    /// <param name="start">Its first bytes.</param>
    /// <param name="isCalledImage">Whether it has an image format's extension.</param>
    /// <param name="reason">Why it is not read, without a full stop; null if it is, or if it is no image.</param>
    public static bool IsImage(ReadOnlySpan<byte> start, bool isCalledImage, out string? reason)
    {
        var isReadable = IsReadable(start, out _, out reason);
        if (isCalledImage || (isReadable && !MayBeText(start)))
            return true;
        if (!isReadable && OtherFormat(start) is { } name && name != Video && !MayBeText(start))
            return true;
        reason = null;
        return false;
    }

    // Formats of two letters begin like words; a page may show a drawing.
    private static bool MayBeText(ReadOnlySpan<byte> start) => start switch
    {
        // The size of a bitmap's second header (12 to 124), and an icon's reserved bytes, are known.
        [(byte)'B', (byte)'M', ..] =>
            start is not [_, _, _, _, _, _, _, _, _, _, _, _, _, _, >= 12 and <= 124, 0, 0, 0, ..],
        [0, 0, 1, 0, ..] => start is not [_, _, _, _, > 0, 0, _, _, _, 0, ..],
        [(byte)'P', >= (byte)'1' and <= (byte)'7', ..] =>
            start is not [_, _, _, (>= (byte)'0' and <= (byte)'9') or (byte)'#' or (byte)'W', ..],
        _ => Text(start) is var text && text.Contains("<svg", StringComparison.OrdinalIgnoreCase)
            && !(text.StartsWith("<svg", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase)),
    };

    private static string Refusal(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return "it is empty";
        if (OtherFormat(content) is { } name)
            return $"it is {name}, which is not read: convert it to one of {Read}";
        return OtherFile(content) ?? $"it is no image of a known format; {Read} are read";
    }

    private static string? OtherFormat(ReadOnlySpan<byte> content) => content switch
    {
        [(byte)'I', (byte)'I', 0x2A or 0x2B, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A or 0x2B, ..] =>
            "a TIFF or camera raw image",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', .. var brand] => OfBrand(brand),
        [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "a JPEG 2000 image",
        [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => "a JPEG XL image",
        [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..] =>
            "a PBM, PGM, PPM or PAM image",
        [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "a Photoshop document",
        [(byte)'q', (byte)'o', (byte)'i', (byte)'f', ..] => "a QOI image",
        [(byte)'D', (byte)'D', (byte)'S', (byte)' ', ..] => "a DDS texture",
        [0x76, 0x2F, 0x31, 0x01, ..] => "an OpenEXR image",
        [(byte)'#', (byte)'?', (byte)'R', ..] => "a Radiance HDR image",
        [0, 0, 2, 0, ..] => "a cursor",
        _ when Text(content).Contains("<svg", StringComparison.OrdinalIgnoreCase) => "an SVG drawing",
        _ => null,
    };

    // ISO base media files say what they are by a brand of four letters (ISO/IEC 23008-12 for HEIF).
    private static string OfBrand(ReadOnlySpan<byte> brand) => brand switch
    {
        [(byte)'a', (byte)'v', (byte)'i', ..] => "an AVIF image",
        [(byte)'h', (byte)'e', ..] or [(byte)'m', (byte)'i' or (byte)'s', ..] => "a HEIC image",
        _ => Video,
    };

    private static string? OtherFile(ReadOnlySpan<byte> content)
    {
        var text = Text(content);
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal))
            return "it is a Git LFS pointer, not the image: run 'git lfs pull' where it comes from";
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return "it is a web page, not an image: the download went wrong";
        return content switch
        {
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "it is a PDF document, not an image",
            [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] or [0x1F, 0x8B, ..] => "it is an archive: unpack it first",
            _ => null,
        };
    }

    private static string Text(ReadOnlySpan<byte> content) =>
        System.Text.Encoding.Latin1.GetString(content[..Math.Min(content.Length, TextShown)])
            .TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
}
