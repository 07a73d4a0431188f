using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Resamples the whole source into a rectangle of the canvas; what of it lies outside is cut off.</summary>
internal sealed class ResizeOperation(ResizeLayout layout, IResampler sampler, bool compand, bool premultiplyAlpha, Color padColor) : IImageOperation
{
    public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        configuration.MemoryAllocator.ThrowIfOverLimit<TPixel>(layout.Canvas.Width, layout.Canvas.Height);
        var content = Resample(source, layout.Target.Width, layout.Target.Height);
        if (layout.Target.Location == Point.Empty && layout.Target.Size == layout.Canvas)
            return content;
        return Canvas.Place(configuration, content, layout.Target.Location, layout.Canvas, padColor);
    }

    private PixelBuffer<TPixel> Resample<TPixel>(PixelBuffer<TPixel> source, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (width == source.Width && height == source.Height)
            return source.Clone();
        if (sampler == KnownResamplers.NearestNeighbor)
            return Nearest(source, width, height);
        var known = sampler as KnownResampler
            ?? throw new NotSupportedException($"Resizing works with the samplers of {nameof(KnownResamplers)} only.");
        return Resampling.Resize(source, width, height, known, compand, premultiplyAlpha);
    }

    private static PixelBuffer<TPixel> Nearest<TPixel>(PixelBuffer<TPixel> source, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var result = new PixelBuffer<TPixel>(new TPixel[checked(width * height)], width, height);
        var (scaleX, scaleY) = (source.Width / (float)width, source.Height / (float)height);
        for (var y = 0; y < height; y++)
        {
            var from = source.Row((int)(y * scaleY));
            var to = result.Row(y);
            for (var x = 0; x < width; x++)
                to[x] = from[(int)(x * scaleX)];
        }
        return result;
    }
}
