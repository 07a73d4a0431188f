using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
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
/// Pixels as Skia and ML.NET hold them: four bytes, colours multiplied by alpha. On a white ground such a pixel is c + 255 − α
/// (Porter and Duff 1984, "over").
/// </summary>
internal static class PremultipliedPixels
{
    private const int Channels = 4;

    /// <summary>Composes pixels on white and turns them upright.</summary>
    /// <param name="pixels">width · height · 4 bytes, row by row.</param>
    /// <param name="width">Width in pixels before turning.</param>
    /// <param name="height">Height in pixels before turning.</param>
    /// <param name="order">The order of the bytes.</param>
    /// <param name="orientation">How the pixels lie (EXIF 2.3, tag 0x0112).</param>
    /// <returns>A new image.</returns>
    public static Image<Rgb24> ToImage(ReadOnlySpan<byte> pixels, int width, int height, PixelOrder order,
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

        var upright = new Rgb24[width * height];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
                upright[(y * newWidth) + x] = OnWhite(pixels.Slice(Channels * (first + (x * right) + (y * down)), Channels), order);
        }
        return Image.LoadPixelData<Rgb24>(upright.AsSpan(), newWidth, newHeight);
    }

    private static Rgb24 OnWhite(ReadOnlySpan<byte> pixel, PixelOrder order)
    {
        var ground = byte.MaxValue - pixel[3];
        var (red, green, blue) = (Add(pixel[0], ground), Add(pixel[1], ground), Add(pixel[2], ground));
        return order == PixelOrder.Rgba ? new Rgb24(red, green, blue) : new Rgb24(blue, green, red);
    }

    // Pixels of unknown origin may hold more colour than alpha.
    private static byte Add(byte colour, int ground) => (byte)Math.Min(colour + ground, byte.MaxValue);
}
