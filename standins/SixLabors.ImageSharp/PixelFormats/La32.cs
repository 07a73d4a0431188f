using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

[StructLayout(LayoutKind.Sequential)]
public struct La32 : IPixel<La32>, IPackedVector<uint>
{
    public ushort L;
    public ushort A;

    public La32(ushort l, ushort a)
    {
        L = l;
        A = a;
    }

    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<La32, uint>(this);
        set => this = Unsafe.BitCast<uint, La32>(value);
    }

    public static bool operator ==(La32 left, La32 right) => left.Equals(right);

    public static bool operator !=(La32 left, La32 right) => !left.Equals(right);

    public void FromScaledVector4(Vector4 vector) => FromRgba64(Samples.ToRgba64(vector));

    public readonly Vector4 ToScaledVector4()
    {
        var luminance = L / 65535f;
        return new Vector4(luminance, luminance, luminance, A / 65535f);
    }

    public void FromVector4(Vector4 vector) => FromScaledVector4(vector);

    public readonly Vector4 ToVector4() => ToScaledVector4();

    public void FromRgba32(Rgba32 source)
    {
        L = Samples.Luminance(Samples.ToUInt16(source.R), Samples.ToUInt16(source.G), Samples.ToUInt16(source.B));
        A = Samples.ToUInt16(source.A);
    }

    public void FromRgba64(Rgba64 source)
    {
        L = Samples.Luminance(source.R, source.G, source.B);
        A = source.A;
    }

    public readonly void ToRgba32(ref Rgba32 dest)
    {
        var luminance = Samples.ToByte(L);
        dest = new Rgba32(luminance, luminance, luminance, Samples.ToByte(A));
    }

    public readonly bool Equals(La32 other) => L == other.L && A == other.A;

    public override readonly bool Equals(object? obj) => obj is La32 other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(L, A);

    public override readonly string ToString() => $"La32({L}, {A})";
}
