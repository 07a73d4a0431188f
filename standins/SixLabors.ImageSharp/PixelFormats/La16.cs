using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct La16 : IPixel<La16>, IPackedVector<ushort>
{
    public byte L;
    public byte A;

    public La16(byte l, byte a)
    {
        L = l;
        A = a;
    }

    public ushort PackedValue
    {
        readonly get => Unsafe.BitCast<La16, ushort>(this);
        set => this = Unsafe.BitCast<ushort, La16>(value);
    }

    public static bool operator ==(La16 left, La16 right) => left.Equals(right);

    public static bool operator !=(La16 left, La16 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba32(Samples.ToRgba32(vector));

    public readonly Vector4 ToScaledVector4()
    {
        var luminance = L / 255f;
        return new Vector4(luminance, luminance, luminance, A / 255f);
    }

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        L = Samples.Luminance(source.R, source.G, source.B);
        A = source.A;
    }

    public void FromRgba64(Rgba64 source)
    {
        L = Samples.ToByte(Samples.Luminance(source.R, source.G, source.B));
        A = Samples.ToByte(source.A);
    }

    public readonly void ToRgba32(ref Rgba32 dest)
    {
        var luminance = L;
        dest = new Rgba32(luminance, luminance, luminance, A);
    }

    public readonly bool Equals(La16 other) => L == other.L && A == other.A;

    public override readonly bool Equals(object? obj) => obj is La16 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(L, A);

    public override readonly string ToString() => $"La16({L}, {A})";
}
