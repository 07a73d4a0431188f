using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The image header chunk, which follows the signature: what ImageMagick does not tell apart.</summary>
internal readonly record struct PngHeader(PngBitDepth BitDepth, PngColorType ColorType, bool HasTransparencyChunk)
{
    private const int HeaderDataOffset = 16;

    /// <summary>Null where the file is too short to hold a header.</summary>
    internal static PngHeader? Read(ReadOnlySpan<byte> file)
    {
        const int headerLength = 33;
        if (file.Length < headerLength)
            return null;
        return new PngHeader((PngBitDepth)file[HeaderDataOffset + 8], (PngColorType)file[HeaderDataOffset + 9], HasTransparency(file[headerLength..]));
    }

    private static bool HasTransparency(ReadOnlySpan<byte> chunks)
    {
        const int overhead = 12;
        while (chunks.Length >= overhead)
        {
            var type = chunks.Slice(4, 4);
            if (type.SequenceEqual("tRNS"u8))
                return true;
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            if (type.SequenceEqual("IDAT"u8) || length > chunks.Length - overhead)
                return false;
            chunks = chunks[((int)length + overhead)..];
        }
        return false;
    }
}
