using System.Numerics;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct L8 : IPixel<L8>, IPackedVector<byte>
{
    public L8(byte luminance) => PackedValue = luminance;

    public byte PackedValue { readonly get; set; }

    public static bool operator ==(L8 left, L8 right) => left.Equals(right);

    public static bool operator !=(L8 left, L8 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4()
    {
        var luminance = PackedValue / 255f;
        return new Vector4(luminance, luminance, luminance, 1f);
    }

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source) => PackedValue = Samples.Luminance(source.R, source.G, source.B);

    public void FromRgba64(Rgba64 source) => PackedValue = Samples.ToByte(Samples.Luminance(source.R, source.G, source.B));

    public readonly void ToRgba32(ref Rgba32 dest)
    {
        var luminance = PackedValue;
        dest = new Rgba32(luminance, luminance, luminance, byte.MaxValue);
    }

    public readonly bool Equals(L8 other) => PackedValue == other.PackedValue;

    public override readonly bool Equals(object? obj) => obj is L8 other && Equals(other);

    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    public override readonly string ToString() => $"L8({PackedValue})";
}
