using System.Numerics;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Bgr24 : IPixel<Bgr24>
{
    public byte B;
    public byte G;
    public byte R;

    public Bgr24(byte r, byte g, byte b)
    {
        R = r;
        G = g;
        B = b;
    }

    public static bool operator ==(Bgr24 left, Bgr24 right) => left.Equals(right);

    public static bool operator !=(Bgr24 left, Bgr24 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(new Vector3(R, G, B) / 255f, 1f);

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        B = source.B;
        G = source.G;
        R = source.R;
    }

    public void FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(R, G, B, byte.MaxValue);

    public readonly bool Equals(Bgr24 other) => B == other.B && G == other.G && R == other.R;

    public override readonly bool Equals(object? obj) => obj is Bgr24 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(B, G, R);

    public override readonly string ToString() => $"Bgr24({R}, {G}, {B})";
}
