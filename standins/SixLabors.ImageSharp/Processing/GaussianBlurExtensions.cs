using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

public static class GaussianBlurExtensions
{
    public static IImageProcessingContext GaussianBlur(this IImageProcessingContext source) => source.GaussianBlur(3);

    public static IImageProcessingContext GaussianBlur(this IImageProcessingContext source, float sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        return source.Apply(new GaussianBlurOperation(sigma));
    }

    private sealed class GaussianBlurOperation(float sigma) : IImageOperation
    {
        public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
            where TPixel : unmanaged, IPixel<TPixel>
            => Resampling.GaussianBlur(source, sigma);
    }
}
