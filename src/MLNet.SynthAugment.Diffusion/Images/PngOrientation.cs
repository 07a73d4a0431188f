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

/// <summary>The chunks of a PNG file (ISO/IEC 15948, 5.3): length, type, content, checksum.</summary>
internal static class PngChunks
{
    private const int Frame = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether the content begins as a PNG file does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> content) => content.StartsWith(Signature);

    /// <summary>Looks for the first chunk of a type.</summary>
    /// <param name="content">A PNG file.</param>
    /// <param name="type">Four letters, such as IEND.</param>
    /// <param name="chunk">The chunk's content.</param>
    /// <returns>False if there is none before the file ends.</returns>
    public static bool TryFind(ReadOnlySpan<byte> content, string type, out ReadOnlySpan<byte> chunk)
    {
        var rest = content[Signature.Length..];
        while (rest.Length >= Frame)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Frame)
                break;
            chunk = rest.Slice(8, (int)length);
            if (Encoding.ASCII.GetString(rest.Slice(4, 4)) == type)
                return true;
            rest = rest[((int)length + Frame)..];
        }
        chunk = default;
        return false;
    }
}
