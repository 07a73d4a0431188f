using System.Runtime.CompilerServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>Conversion between pixel types, over 8-bit samples unless both sides hold more.</summary>
internal static class PixelConversion
{
    internal static bool HasAlpha<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var pixel = default(TPixel);
        pixel.FromRgba32(default);
        var rgba = default(Rgba32);
        pixel.ToRgba32(ref rgba);
        return rgba.A == 0;
    }

    internal static bool Is16Bit<TPixel>() =>
        typeof(TPixel) == typeof(L16) || typeof(TPixel) == typeof(La32) || typeof(TPixel) == typeof(Rgb48) || typeof(TPixel) == typeof(Rgba64);

    internal static bool IsGrey<TPixel>() =>
        typeof(TPixel) == typeof(L8) || typeof(TPixel) == typeof(L16) || typeof(TPixel) == typeof(La16) || typeof(TPixel) == typeof(La32);

    internal static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> destination)
        where TFrom : unmanaged, IPixel<TFrom>
        where TTo : unmanaged, IPixel<TTo>
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            for (var i = 0; i < source.Length; i++)
                destination[i] = Unsafe.BitCast<TFrom, TTo>(source[i]);
            return;
        }
        if (Is16Bit<TFrom>())
        {
            for (var i = 0; i < source.Length; i++)
                destination[i].FromRgba64(Samples.ToRgba64(source[i].ToScaledVector4()));
            return;
        }
        var rgba = default(Rgba32);
        for (var i = 0; i < source.Length; i++)
        {
            source[i].ToRgba32(ref rgba);
            destination[i].FromRgba32(rgba);
        }
    }
}
