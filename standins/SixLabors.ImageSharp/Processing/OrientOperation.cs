using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

/// <summary>A clockwise turn by a multiple of 90 degrees, then a flip. No pixel is resampled.</summary>
internal sealed class OrientOperation(RotateMode rotation, FlipMode flip) : IImageOperation
{
    public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var swapsSides = rotation is RotateMode.Rotate90 or RotateMode.Rotate270;
        var (width, height) = swapsSides ? (source.Height, source.Width) : (source.Width, source.Height);
        var result = PixelBuffer<TPixel>.Allocate(configuration, width, height);
        for (var y = 0; y < height; y++)
        {
            var row = result.Row(y);
            for (var x = 0; x < width; x++)
            {
                var turnedX = flip == FlipMode.Horizontal ? width - 1 - x : x;
                var turnedY = flip == FlipMode.Vertical ? height - 1 - y : y;
                var (sourceX, sourceY) = rotation switch
                {
                    RotateMode.Rotate90 => (turnedY, source.Height - 1 - turnedX),
                    RotateMode.Rotate180 => (source.Width - 1 - turnedX, source.Height - 1 - turnedY),
                    RotateMode.Rotate270 => (source.Width - 1 - turnedY, turnedX),
                    _ => (turnedX, turnedY),
                };
                row[x] = source.Pixels[sourceY * source.Width + sourceX];
            }
        }
        return result;
    }
}
