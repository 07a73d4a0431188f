using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

internal sealed class CropOperation(Rectangle rectangle) : IImageOperation
{
    public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>
        => Canvas.Place(configuration, source, new Point(-rectangle.X, -rectangle.Y), rectangle.Size, default);
}
