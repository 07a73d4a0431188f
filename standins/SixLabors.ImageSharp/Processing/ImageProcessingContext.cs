using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

/// <summary>One step of a chain: takes the pixels of an image, gives the new ones, of any size.</summary>
internal interface IImageOperation
{
    PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>;
}

internal abstract class ImageProcessingContext(Configuration configuration) : IImageProcessingContext
{
    public Configuration Configuration { get; } = configuration;

    internal abstract ImageMetadata Metadata { get; }

    public abstract Size GetCurrentSize();

    internal abstract void Apply(IImageOperation operation);
}

internal sealed class ImageProcessingContext<TPixel>(Configuration configuration, Image<TPixel> image) : ImageProcessingContext(configuration)
    where TPixel : unmanaged, IPixel<TPixel>
{
    internal override ImageMetadata Metadata => image.Metadata;

    public override Size GetCurrentSize() => image.Size;

    // The image changes after each step, so that a chain that fails keeps the steps already done.
    internal override void Apply(IImageOperation operation) => image.Buffer = operation.Apply(Configuration, image.Buffer);
}

internal static class ImageProcessingContextExtensions
{
    internal static IImageProcessingContext Apply(this IImageProcessingContext context, IImageOperation operation)
    {
        ((ImageProcessingContext)context).Apply(operation);
        return context;
    }
}
