using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace StandIns.Tests.ImageSharp;

internal static class Patterns
{
    /// <summary>An image in which no row and no column is like another.</summary>
    internal static Image<Rgb24> Colorful(int width, int height)
    {
        var image = new Image<Rgb24>(width, height);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < rows.Height; y++)
            {
                var row = rows.GetRowSpan(y);
                for (var x = 0; x < row.Length; x++)
                    row[x] = new Rgb24((byte)(x * 7 + y), (byte)(y * 5), (byte)(x * x + y));
            }
        });
        return image;
    }

    internal static TPixel[] PixelsOf<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var pixels = new TPixel[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
