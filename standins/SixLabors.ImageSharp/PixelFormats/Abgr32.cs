using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Abgr32 : IPixel<Abgr32>, IPackedVector<uint>
{
    public byte A;
    public byte B;
    public byte G;
    public byte R;

    public Abgr32(byte r, byte g, byte b)
        : this(r, g, b, byte.MaxValue)
    {
    }

    public Abgr32(byte r, byte g, byte b, byte a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<Abgr32, uint>(this);
        set => this = Unsafe.BitCast<uint, Abgr32>(value);
    }

    public static bool operator ==(Abgr32 left, Abgr32 right) => left.Equals(right);

    public static bool operator !=(Abgr32 left, Abgr32 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(R, G, B, A) / 255f;

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        A = source.A;
        B = source.B;
        G = source.G;
        R = source.R;
    }

    public void FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(R, G, B, A);

    public readonly bool Equals(Abgr32 other) => A == other.A && B == other.B && G == other.G && R == other.R;

    public override readonly bool Equals(object? obj) => obj is Abgr32 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(A, B, G, R);

    public override readonly string ToString() => $"Abgr32({R}, {G}, {B}, {A})";
}
