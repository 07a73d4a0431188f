using System.Numerics;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct L16 : IPixel<L16>, IPackedVector<ushort>
{
    public L16(ushort luminance) => PackedValue = luminance;

    public ushort PackedValue { readonly get; set; }

    public static bool operator ==(L16 left, L16 right) => left.Equals(right);

    public static bool operator !=(L16 left, L16 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba64(Samples.ToRgba64(vector));

    public readonly Vector4 ToScaledVector4()
    {
        var luminance = PackedValue / 65535f;
        return new Vector4(luminance, luminance, luminance, 1f);
    }

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source) => PackedValue = Samples.Luminance(Samples.ToUInt16(source.R), Samples.ToUInt16(source.G), Samples.ToUInt16(source.B));

    public void FromRgba64(Rgba64 source) => PackedValue = Samples.Luminance(source.R, source.G, source.B);

    public readonly void ToRgba32(ref Rgba32 dest)
    {
        var luminance = Samples.ToByte(PackedValue);
        dest = new Rgba32(luminance, luminance, luminance, byte.MaxValue);
    }

    public readonly bool Equals(L16 other) => PackedValue == other.PackedValue;

    public override readonly bool Equals(object? obj) => obj is L16 other && Equals(other);

    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    public override readonly string ToString() => $"L16({PackedValue})";
}
