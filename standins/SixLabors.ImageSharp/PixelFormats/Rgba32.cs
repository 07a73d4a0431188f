using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Rgba32 : IPixel<Rgba32>, IPackedVector<uint>
{
    public byte R;
    public byte G;
    public byte B;
    public byte A;

    public Rgba32(byte r, byte g, byte b)
        : this(r, g, b, byte.MaxValue)
    {
    }

    public Rgba32(byte r, byte g, byte b, byte a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<Rgba32, uint>(this);
        set => this = Unsafe.BitCast<uint, Rgba32>(value);
    }

    public static implicit operator Color(Rgba32 source) => new(source);

    public static bool operator ==(Rgba32 left, Rgba32 right) => left.Equals(right);

    public static bool operator !=(Rgba32 left, Rgba32 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(R, G, B, A) / 255f;

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        R = source.R;
        G = source.G;
        B = source.B;
        A = source.A;
    }

    public void FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());

    public readonly void ToRgba32(ref Rgba32 dest) => dest = new Rgba32(R, G, B, A);

    public readonly bool Equals(Rgba32 other) => R == other.R && G == other.G && B == other.B && A == other.A;

    public override readonly bool Equals(object? obj) => obj is Rgba32 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(R, G, B, A);

    public override readonly string ToString() => $"Rgba32({R}, {G}, {B}, {A})";

    public readonly string ToHex() => $"{R:X2}{G:X2}{B:X2}{A:X2}";
}
