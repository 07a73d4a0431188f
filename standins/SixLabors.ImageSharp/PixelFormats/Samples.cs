using System.Numerics;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>Conversions between 8-bit, 16-bit and real samples, rounded to nearest, and to grey (ITU-R BT.709).</summary>
internal static class Samples
{
    internal static byte ToByte(float scaled) => (byte)Math.Clamp(scaled * 255f + 0.5f, 0f, 255f);

    internal static ushort ToUInt16(float scaled) => (ushort)Math.Clamp(scaled * 65535f + 0.5f, 0f, 65535f);

    internal static byte ToByte(ushort sample) => (byte)((sample * 255 + 32895) >> 16);

    internal static ushort ToUInt16(byte sample) => (ushort)(sample * 257);

    internal static byte Luminance(byte r, byte g, byte b) => (byte)(r * 0.2126f + g * 0.7152f + b * 0.0722f + 0.5f);

    internal static ushort Luminance(ushort r, ushort g, ushort b) => (ushort)(r * 0.2126f + g * 0.7152f + b * 0.0722f + 0.5f);

    internal static Rgba32 ToRgba32(Vector4 scaled) => new(ToByte(scaled.X), ToByte(scaled.Y), ToByte(scaled.Z), ToByte(scaled.W));

    internal static Rgba64 ToRgba64(Vector4 scaled) => new(ToUInt16(scaled.X), ToUInt16(scaled.Y), ToUInt16(scaled.Z), ToUInt16(scaled.W));
}
