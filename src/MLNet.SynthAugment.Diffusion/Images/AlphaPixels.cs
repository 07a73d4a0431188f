using SkiaSharp;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>Where red, green and blue stand in a pixel of four bytes; alpha is the last.</summary>
internal enum PixelOrder
{
    /// <summary>Red, green, blue, alpha.</summary>
    Rgba,

    /// <summary>Blue, green, red, alpha.</summary>
    Bgra,
}

/// <summary>
/// Pixels as Skia and ML.NET hold them: four bytes, colours multiplied by alpha. On a ground such a pixel is c +
/// ground · (1 − α) (Porter and Duff 1984, "over"). Images that users have filled themselves are told by colours that
/// exceed their alpha: nothing was multiplied there, and where alpha is 0 all over it is no alpha but a byte that
/// nobody used.
/// </summary>
internal static class AlphaPixels
{
    private const int Channels = 4;
    private const int Alpha = 3;

    // By which a multiplied colour may exceed its alpha after it was resized.
    private const int Rounding = 1;

    private enum AlphaKind
    {
        Multiplied,
        Straight,
        Unused,
    }

    /// <summary>Composes pixels on a ground and turns them upright.</summary>
    /// <param name="pixels">width · height · 4 bytes, row by row.</param>
    /// <param name="width">Width in pixels before turning.</param>
    /// <param name="height">Height in pixels before turning.</param>
    /// <param name="order">The order of the bytes.</param>
    /// <param name="ground">What is seen where the image is transparent.</param>
    /// <param name="isTransparent">Whether any pixel is not opaque.</param>
    /// <param name="orientation">How the pixels lie (EXIF 2.3, tag 0x0112).</param>
    /// <returns>A new image.</returns>
    public static Image<Rgb24> Compose(
        ReadOnlySpan<byte> pixels, int width, int height, PixelOrder order, Color ground, out bool isTransparent,
        SKEncodedOrigin orientation = SKEncodedOrigin.TopLeft)
    {
        var isTransposed = orientation >= SKEncodedOrigin.LeftTop;
        var startsRight = orientation is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var startsBelow = orientation is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft
            or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var first = (startsRight ? width - 1 : 0) + ((startsBelow ? height - 1 : 0) * width);
        var (alongRow, alongColumn) = (startsRight ? -1 : 1, startsBelow ? -width : width);
        var (right, down) = isTransposed ? (alongColumn, alongRow) : (alongRow, alongColumn);
        var (newWidth, newHeight) = isTransposed ? (height, width) : (width, height);

        var kind = KindOf(pixels, out isTransparent);
        var under = ground.ToPixel<Rgb24>();
        var upright = new Rgb24[width * height];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                var pixel = pixels.Slice(Channels * (first + (x * right) + (y * down)), Channels);
                upright[(y * newWidth) + x] = Over(pixel, order, kind, under);
            }
        }
        return Image.LoadPixelData<Rgb24>(upright.AsSpan(), newWidth, newHeight);
    }

    private static AlphaKind KindOf(ReadOnlySpan<byte> pixels, out bool isTransparent)
    {
        var (isMultiplied, isUnused) = (true, true);
        isTransparent = false;
        for (var i = 0; i < pixels.Length; i += Channels)
        {
            var alpha = pixels[i + Alpha];
            isMultiplied &= Math.Max(pixels[i], Math.Max(pixels[i + 1], pixels[i + 2])) <= alpha + Rounding;
            isUnused &= alpha == 0;
            isTransparent |= alpha < byte.MaxValue;
        }
        if (isMultiplied)
            return AlphaKind.Multiplied;
        isTransparent &= !isUnused;
        return isUnused ? AlphaKind.Unused : AlphaKind.Straight;
    }

    private static Rgb24 Over(ReadOnlySpan<byte> pixel, PixelOrder order, AlphaKind kind, Rgb24 ground)
    {
        var (red, blue) = order == PixelOrder.Rgba ? (pixel[0], pixel[2]) : (pixel[2], pixel[0]);
        var alpha = kind == AlphaKind.Unused ? byte.MaxValue : pixel[Alpha];
        var opacity = kind == AlphaKind.Straight ? alpha : byte.MaxValue;
        return new Rgb24(Over(red, ground.R), Over(pixel[1], ground.G), Over(blue, ground.B));

        byte Over(byte colour, byte under)
        {
            var sum = (colour * opacity) + (under * (byte.MaxValue - alpha));
            return (byte)Math.Min((sum + (byte.MaxValue / 2)) / byte.MaxValue, byte.MaxValue);
        }
    }
}
