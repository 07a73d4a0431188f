namespace SixLabors.ImageSharp.Processing;

public static class InvertExtensions
{
    public static IImageProcessingContext Invert(this IImageProcessingContext source) =>
        source.Apply(ColorFilter.Scale(-1, offset: 1));
}
