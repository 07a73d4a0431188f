using System.Numerics;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Rgb48 : IPixel<Rgb48>
{
    public ushort R;
    public ushort G;
    public ushort B;

    public Rgb48(ushort r, ushort g, ushort b)
    {
        R = r;
        G = g;
        B = b;
    }

    public static bool operator ==(Rgb48 left, Rgb48 right) => left.Equals(right);

    public static bool operator !=(Rgb48 left, Rgb48 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba64(Samples.ToRgba64(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(new Vector3(R, G, B) / 65535f, 1f);

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        R = Samples.ToUInt16(source.R);
        G = Samples.ToUInt16(source.G);
        B = Samples.ToUInt16(source.B);
    }

    public void FromRgba64(Rgba64 source)
    {
        R = source.R;
        G = source.G;
        B = source.B;
    }

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(Samples.ToByte(R), Samples.ToByte(G), Samples.ToByte(B), byte.MaxValue);

    public readonly bool Equals(Rgb48 other) => R == other.R && G == other.G && B == other.B;

    public override readonly bool Equals(object? obj) => obj is Rgb48 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(R, G, B);

    public override readonly string ToString() => $"Rgb48({R}, {G}, {B})";
}
