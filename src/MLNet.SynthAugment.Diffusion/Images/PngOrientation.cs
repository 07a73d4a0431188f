using System.Buffers.Binary;
using SkiaSharp;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>
/// Reads how the pixels of a PNG file lie from its eXIf chunk, which holds a TIFF header and directory (EXIF 2.3, 4.5
/// and 4.6).
/// </summary>
internal static class PngOrientation
{
    private const int HeaderLength = 8;
    private const int EntryLength = 12;
    private const ushort Tag = 0x0112;
    private const ushort Long = 4;

    // What JPEG has before the header; some writers leave it.
    private static ReadOnlySpan<byte> JpegPrefix => "Exif\0\0"u8;

    /// <summary>The orientation; null if the file is no PNG or does not say.</summary>
    public static SKEncodedOrigin? Read(ReadOnlySpan<byte> content) =>
        PngChunks.IsPng(content) && PngChunks.TryFind(content, "eXIf", out var exif) ? InFile(exif) : null;

    private static SKEncodedOrigin? InFile(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith(JpegPrefix))
            exif = exif[JpegPrefix.Length..];
        return exif.Length >= HeaderLength ? InDirectory(exif) : null;
    }

    private static SKEncodedOrigin? InDirectory(ReadOnlySpan<byte> exif)
    {
        bool isLittle = exif[0] == 'I';
        ushort Short(ReadOnlySpan<byte> from) => isLittle
            ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt16BigEndian(from);
        uint Number(ReadOnlySpan<byte> from) => isLittle
            ? BinaryPrimitives.ReadUInt32LittleEndian(from) : BinaryPrimitives.ReadUInt32BigEndian(from);
        var offset = Number(exif[4..]);
        if (offset > exif.Length - 2)
            return null;
        var entries = exif[(int)offset..];
        var count = Short(entries);
        for (entries = entries[2..]; count > 0
            && entries.Length >= EntryLength; count--, entries = entries[EntryLength..])
        {
            if (Short(entries) == Tag)
                return (Short(entries[2..]) == Long
                    ? Number(entries[8..]) : Short(entries[8..])) is >= 1 and <= 8 and var value
                        ? (SKEncodedOrigin)value : null;
        }
        return null;
    }
}
