using System.Buffers.Binary;
using System.Text;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>A zip whose names are given as bytes, as old programs write them.</summary>
internal sealed class RawZip
{
    private const ushort Utf8Flag = 1 << 11;

    private readonly MemoryStream _files = new();
    private readonly MemoryStream _directory = new();
    private ushort _count;

    /// <summary>Adds a file that is not packed.</summary>
    /// <param name="name">The bytes of its name.</param>
    /// <param name="content">The file.</param>
    /// <param name="isUtf8">Whether the zip says that the name is UTF-8.</param>
    /// <param name="unicodePath">The name in the Unicode path extra field; null for none.</param>
    /// <param name="isStale">Whether that field is of another name.</param>
    /// <param name="unixMode">st_mode of Unix.</param>
    public RawZip Add(byte[] name, byte[] content, bool isUtf8 = false, string? unicodePath = null,
        bool isStale = false, int unixMode = 0)
    {
        var extra = unicodePath is null ? [] : UnicodePath(isStale ? [.. name, 0] : name, unicodePath);
        var offset = (int)_files.Length;
        var common = new byte[26];
        BinaryPrimitives.WriteUInt16LittleEndian(common, 20);
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(2), isUtf8 ? Utf8Flag : (ushort)0);
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(6), 0x21 << 16);
        BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(10), Checksum(content));
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(14), content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(18), content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(22), (ushort)name.Length);
        _files.Write([0x50, 0x4B, 3, 4, .. common, .. name, .. content]);

        BinaryPrimitives.WriteUInt16LittleEndian(common.AsSpan(24), (ushort)extra.Length);
        var tail = new byte[14];
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(6), unixMode << 16);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(10), offset);
        // Made by Unix, as only there the mode counts.
        _directory.Write([0x50, 0x4B, 1, 2, 20, 3, .. common, .. tail, .. name, .. extra]);
        _count++;
        return this;
    }

    public string Save(string path)
    {
        var end = new byte[22];
        BinaryPrimitives.WriteInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), _count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), _count);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), (int)_directory.Length);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), (int)_files.Length);
        File.WriteAllBytes(path, [.. _files.ToArray(), .. _directory.ToArray(), .. end]);
        return path;
    }

    private static byte[] UnicodePath(byte[] name, string unicode)
    {
        var text = Encoding.UTF8.GetBytes(unicode);
        var field = new byte[9];
        BinaryPrimitives.WriteUInt16LittleEndian(field, 0x7075);
        BinaryPrimitives.WriteUInt16LittleEndian(field.AsSpan(2), (ushort)(text.Length + 5));
        field[4] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(field.AsSpan(5), Checksum(name));
        // Another field before it, as Info-ZIP writes times.
        return [0x55, 0x54, 1, 0, 0, .. field, .. text];
    }

    private static uint Checksum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
        }
        return ~sum;
    }
}
