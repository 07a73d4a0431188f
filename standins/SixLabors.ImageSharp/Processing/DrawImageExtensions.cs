using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

public static class DrawImageExtensions
{
    public static IImageProcessingContext DrawImage(this IImageProcessingContext source, Image foreground, float opacity) =>
        source.DrawImage(foreground, Point.Empty, opacity);

    /// <summary>Draws the foreground over the image; what lies outside is cut off.</summary>
    /// <param name="opacity">0 to 1, times the foreground's own alpha.</param>
    public static IImageProcessingContext DrawImage(this IImageProcessingContext source, Image foreground, Point backgroundLocation, float opacity)
    {
        ArgumentNullException.ThrowIfNull(foreground);
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        using var rgba = foreground.CloneAs<Rgba32>();
        return source.Apply(new DrawOperation(rgba.Buffer, backgroundLocation, opacity));
    }

    private sealed class DrawOperation(PixelBuffer<Rgba32> foreground, Point location, float opacity) : IImageOperation
    {
        public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
            where TPixel : unmanaged, IPixel<TPixel>
        {
            var result = source.Clone();
            var covered = Rectangle.Intersect(
                new Rectangle(0, 0, source.Width, source.Height), new Rectangle(location.X, location.Y, foreground.Width, foreground.Height));
            for (var y = covered.Top; y < covered.Bottom; y++)
            {
                var from = foreground.Row(y - location.Y);
                var to = result.Row(y);
                for (var x = covered.Left; x < covered.Right; x++)
                {
                    var color = from[x - location.X].ToScaledVector4();
                    to[x].FromScaledVector4(Blending.Over(color with { W = color.W * opacity }, to[x].ToScaledVector4()));
                }
            }
            return result;
        }
    }
}
