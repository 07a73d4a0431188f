using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Bgra32 : IPixel<Bgra32>, IPackedVector<uint>
{
    public byte B;
    public byte G;
    public byte R;
    public byte A;

    public Bgra32(byte r, byte g, byte b)
        : this(r, g, b, byte.MaxValue)
    {
    }

    public Bgra32(byte r, byte g, byte b, byte a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<Bgra32, uint>(this);
        set => this = Unsafe.BitCast<uint, Bgra32>(value);
    }

    public static bool operator ==(Bgra32 left, Bgra32 right) => left.Equals(right);

    public static bool operator !=(Bgra32 left, Bgra32 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(R, G, B, A) / 255f;

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        B = source.B;
        G = source.G;
        R = source.R;
        A = source.A;
    }

    public void FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(R, G, B, A);

    public readonly bool Equals(Bgra32 other) => B == other.B && G == other.G && R == other.R && A == other.A;

    public override readonly bool Equals(object? obj) => obj is Bgra32 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(B, G, R, A);

    public override readonly string ToString() => $"Bgra32({R}, {G}, {B}, {A})";
}
