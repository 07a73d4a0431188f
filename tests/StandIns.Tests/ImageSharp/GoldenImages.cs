using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MLNet.SynthAugment.ApiChecking;

namespace StandIns.Tests.ImageSharp;

/// <summary>The images and their resized forms by Pillow, from the shared golden vectors.</summary>
internal static class GoldenImages
{
    private static readonly Lazy<byte[]> _file = new(() => File.ReadAllBytes(Path.Combine(Folder, "images.safetensors")));

    internal static string Folder => Path.Combine(SharedFolder.Path, "golden", "images");

    internal static string PathOf(string image) => Path.Combine(Folder, $"image_{image}.png");

    /// <summary>Interleaved 8-bit samples.</summary>
    internal static byte[] Bytes(string name) => Data(name).ToArray();

    /// <summary>Planar values of -1 to 1, as interleaved 8-bit samples.</summary>
    internal static byte[] PlanarFloatsAsBytes(string name)
    {
        var planar = MemoryMarshal.Cast<byte, float>(Data(name));
        var plane = planar.Length / 3;
        var bytes = new byte[planar.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)MathF.Round((planar[i % 3 * plane + i / 3] + 1) * 127.5f);
        return bytes;
    }

    private static ReadOnlySpan<byte> Data(string name)
    {
        // Safetensors: length of the JSON header, the header with begin and end of each tensor, the data.
        var file = _file.Value;
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        var offsets = header.RootElement.GetProperty(name).GetProperty("data_offsets");
        var data = file.AsSpan(8 + headerLength);
        return data[offsets[0].GetInt32()..offsets[1].GetInt32()];
    }
}
