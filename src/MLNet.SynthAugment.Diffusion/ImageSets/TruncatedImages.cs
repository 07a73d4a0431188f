using System.Buffers.Binary;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>Finds image files that break off, which some decoders fill up with grey instead of refusing them.</summary>
internal static class TruncatedImages
{
    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    /// <summary>Whether a JPEG, WebP or GIF file ends before the image does. Other formats' decoders find it out by themselves.</summary>
    public static bool BreaksOff(ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xD8, ..] => JpegBreaksOff(content),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => content.Length < 8 || content.Length - 8 < BinaryPrimitives.ReadUInt32LittleEndian(content[4..]),
        // The trailer; some writers put zeros after it.
        [(byte)'G', (byte)'I', (byte)'F', ..] => content.TrimEnd((byte)0) is not [.., 0x3B],
        _ => false,
    };

    /// <summary>Looks for the end marker after the start of the scan: before it, it may be that of a thumbnail.</summary>
    private static bool JpegBreaksOff(ReadOnlySpan<byte> content)
    {
        const byte StartOfScan = 0xDA;
        var position = 2;
        while (position + 4 <= content.Length && content[position] == 0xFF)
        {
            var marker = content[position + 1];
            if (marker == StartOfScan)
                return content[position..].IndexOf(EndOfImage) < 0;
            // Any number of fill bytes may go before a marker.
            position += marker == 0xFF ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(content[(position + 2)..]);
        }
        // Not the usual order of segments, or the header breaks off: the decoder knows better.
        return false;
    }
}
