using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Puts pixels on a canvas of another size: cropping and padding.</summary>
internal static class Canvas
{
    internal static PixelBuffer<TPixel> Place<TPixel>(Configuration configuration, PixelBuffer<TPixel> content, Point location, Size canvas, Color background)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var result = PixelBuffer<TPixel>.Allocate(configuration, canvas.Width, canvas.Height);
        var covered = Rectangle.Intersect(new Rectangle(Point.Empty, canvas), new Rectangle(location.X, location.Y, content.Width, content.Height));
        if (covered.Size != canvas)
            result.Pixels.AsSpan().Fill(background.ToPixel<TPixel>());
        for (var y = covered.Top; y < covered.Bottom; y++)
            content.Row(y - location.Y).Slice(covered.Left - location.X, covered.Width).CopyTo(result.Row(y)[covered.Left..]);
        return result;
    }
}
