using System.Numerics;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Looks up, for each pixel of the result, its place in the source, and weighs the pixels around it by the kernel.</summary>
/// <param name="inverse">From a pixel of the result to its place in the source.</param>
internal sealed class AffineOperation(Rectangle rectangle, Matrix3x2 inverse, Size size, IResampler sampler) : IImageOperation
{
    public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var result = PixelBuffer<TPixel>.Allocate(configuration, size.Width, size.Height);
        var bounds = Rectangle.Intersect(rectangle, new Rectangle(0, 0, source.Width, source.Height));
        for (var y = 0; y < size.Height; y++)
        {
            var row = result.Row(y);
            for (var x = 0; x < size.Width; x++)
            {
                var place = Vector2.Transform(new Vector2(x, y), inverse);
                if (sampler == KnownResamplers.NearestNeighbor)
                    Nearest(source, bounds, place, ref row[x]);
                else
                    row[x].FromScaledVector4(Weighted(source, bounds, place));
            }
        }
        return result;
    }

    private static void Nearest<TPixel>(PixelBuffer<TPixel> source, Rectangle bounds, Vector2 place, ref TPixel pixel)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var (x, y) = ((int)MathF.Round(place.X), (int)MathF.Round(place.Y));
        if (bounds.Contains(x, y))
            pixel = source.Pixels[y * source.Width + x];
    }

    private Vector4 Weighted<TPixel>(PixelBuffer<TPixel> source, Rectangle bounds, Vector2 place)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var radius = sampler.Radius;
        var (left, right) = (Math.Max(bounds.Left, (int)MathF.Ceiling(place.X - radius)), Math.Min(bounds.Right - 1, (int)MathF.Floor(place.X + radius)));
        var (top, bottom) = (Math.Max(bounds.Top, (int)MathF.Ceiling(place.Y - radius)), Math.Min(bounds.Bottom - 1, (int)MathF.Floor(place.Y + radius)));
        var sum = Vector4.Zero;
        for (var y = top; y <= bottom; y++)
        {
            var weightY = sampler.GetValue(y - place.Y);
            for (var x = left; x <= right; x++)
            {
                var pixel = source.Pixels[y * source.Width + x].ToScaledVector4();
                sum += new Vector4(pixel.AsVector3() * pixel.W, pixel.W) * (weightY * sampler.GetValue(x - place.X));
            }
        }
        // Pixels beyond the border count as transparent: the border fades in alpha, and keeps its colour.
        return sum.W <= 0 ? Vector4.Zero : Vector4.Clamp(new Vector4(sum.AsVector3() / sum.W, sum.W), Vector4.Zero, Vector4.One);
    }
}
