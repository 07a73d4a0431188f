using System.Numerics;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

public static class BackgroundColorExtensions
{
    /// <summary>Puts the image on a ground of this colour.</summary>
    public static IImageProcessingContext BackgroundColor(this IImageProcessingContext source, Color color) =>
        source.Apply(new BackgroundOperation((Vector4)color));

    private sealed class BackgroundOperation(Vector4 color) : IImageOperation
    {
        public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
            where TPixel : unmanaged, IPixel<TPixel>
        {
            var result = PixelBuffer<TPixel>.Allocate(configuration, source.Width, source.Height);
            for (var i = 0; i < source.Pixels.Length; i++)
                result.Pixels[i].FromScaledVector4(Blending.Over(source.Pixels[i].ToScaledVector4(), color));
            return result;
        }
    }
}
