using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Argb32 : IPixel<Argb32>, IPackedVector<uint>
{
    public byte A;
    public byte R;
    public byte G;
    public byte B;

    public Argb32(byte r, byte g, byte b)
        : this(r, g, b, byte.MaxValue)
    {
    }

    public Argb32(byte r, byte g, byte b, byte a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<Argb32, uint>(this);
        set => this = Unsafe.BitCast<uint, Argb32>(value);
    }

    public static bool operator ==(Argb32 left, Argb32 right) => left.Equals(right);

    public static bool operator !=(Argb32 left, Argb32 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(R, G, B, A) / 255f;

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        A = source.A;
        R = source.R;
        G = source.G;
        B = source.B;
    }

    public void FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(R, G, B, A);

    public readonly bool Equals(Argb32 other) => A == other.A && R == other.R && G == other.G && B == other.B;

    public override readonly bool Equals(object? obj) => obj is Argb32 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(A, R, G, B);

    public override readonly string ToString() => $"Argb32({R}, {G}, {B}, {A})";
}
