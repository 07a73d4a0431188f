using System.Buffers.Binary;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>
/// Finds image files that end early though their pixels are whole: what is missing may be the orientation. Missing
/// pixels are found by the decoders.
/// </summary>
internal static class TruncatedImages
{
    /// <summary>Whether a PNG, WebP or GIF file ends before its format's end.</summary>
    public static bool BreaksOff(ReadOnlySpan<byte> content) => content switch
    {
        _ when PngChunks.IsPng(content) => !PngChunks.TryFind(content, "IEND", out _),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] =>
            content.Length - 8 < BinaryPrimitives.ReadUInt32LittleEndian(content[4..]),
        // The trailer; some writers put zeros after it.
        [(byte)'G', (byte)'I', (byte)'F', ..] => content.TrimEnd((byte)0) is not [.., 0x3B],
        _ => false,
    };
}
