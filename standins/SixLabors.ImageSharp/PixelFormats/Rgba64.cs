using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct Rgba64 : IPixel<Rgba64>, IPackedVector<ulong>
{
    public ushort R;
    public ushort G;
    public ushort B;
    public ushort A;

    public Rgba64(ushort r, ushort g, ushort b, ushort a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    public ulong PackedValue
    {
        readonly get => Unsafe.BitCast<Rgba64, ulong>(this);
        set => this = Unsafe.BitCast<ulong, Rgba64>(value);
    }

    public static bool operator ==(Rgba64 left, Rgba64 right) => left.Equals(right);

    public static bool operator !=(Rgba64 left, Rgba64 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba64(Samples.ToRgba64(vector));

    public readonly Vector4 ToScaledVector4() => new Vector4(R, G, B, A) / 65535f;

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        R = Samples.ToUInt16(source.R);
        G = Samples.ToUInt16(source.G);
        B = Samples.ToUInt16(source.B);
        A = Samples.ToUInt16(source.A);
    }

    public void FromRgba64(Rgba64 source) => this = source;

    public readonly void ToRgba32(ref Rgba32 dest) => dest = ToRgba32();

    public readonly Rgba32 ToRgba32() => new(Samples.ToByte(R), Samples.ToByte(G), Samples.ToByte(B), Samples.ToByte(A));

    public readonly bool Equals(Rgba64 other) => R == other.R && G == other.G && B == other.B && A == other.A;

    public override readonly bool Equals(object? obj) => obj is Rgba64 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(R, G, B, A);

    public override readonly string ToString() => $"Rgba64({R}, {G}, {B}, {A})";
}
