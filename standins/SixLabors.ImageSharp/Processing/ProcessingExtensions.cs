using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

public static class ProcessingExtensions
{
    public static void Mutate(this Image source, Action<IImageProcessingContext> operation) =>
        source.Mutate(source.Configuration, operation);

    public static void Mutate(this Image source, Configuration configuration, Action<IImageProcessingContext> operation)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(operation);
        operation(source.BeginMutation(configuration));
    }

    public static void Mutate<TPixel>(this Image<TPixel> source, Action<IImageProcessingContext> operation)
        where TPixel : unmanaged, IPixel<TPixel>
        => source.Mutate(source.Configuration, operation);

    public static void Mutate<TPixel>(this Image<TPixel> source, Configuration configuration, Action<IImageProcessingContext> operation)
        where TPixel : unmanaged, IPixel<TPixel>
        => ((Image)source).Mutate(configuration, operation);

    public static Image Clone(this Image source, Action<IImageProcessingContext> operation) =>
        source.Clone(source.Configuration, operation);

    public static Image Clone(this Image source, Configuration configuration, Action<IImageProcessingContext> operation) =>
        Process(source.CloneUntyped(configuration), configuration, operation);

    public static Image<TPixel> Clone<TPixel>(this Image<TPixel> source, Action<IImageProcessingContext> operation)
        where TPixel : unmanaged, IPixel<TPixel>
        => source.Clone(source.Configuration, operation);

    public static Image<TPixel> Clone<TPixel>(this Image<TPixel> source, Configuration configuration, Action<IImageProcessingContext> operation)
        where TPixel : unmanaged, IPixel<TPixel>
        => Process(source.Clone(configuration), configuration, operation);

    private static TImage Process<TImage>(TImage clone, Configuration configuration, Action<IImageProcessingContext> operation)
        where TImage : Image
    {
        try
        {
            clone.Mutate(configuration, operation);
            return clone;
        }
        catch
        {
            clone.Dispose();
            throw;
        }
    }
}
