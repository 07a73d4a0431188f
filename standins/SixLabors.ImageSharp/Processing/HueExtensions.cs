namespace SixLabors.ImageSharp.Processing;

public static class HueExtensions
{
    public static IImageProcessingContext Hue(this IImageProcessingContext source, float degrees) =>
        source.Apply(ColorFilter.HueRotation(degrees));
}
