using System.Buffers.Binary;
using System.Text;

namespace MLNet.SynthAugment.Diffusion.Images;

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
