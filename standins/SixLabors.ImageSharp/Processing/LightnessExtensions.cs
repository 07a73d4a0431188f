namespace SixLabors.ImageSharp.Processing;

public static class LightnessExtensions
{
    /// <summary>0 gives black, 1 changes nothing, 2 gives white.</summary>
    public static IImageProcessingContext Lightness(this IImageProcessingContext source, float amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return source.Apply(ColorFilter.Scale(1, offset: amount - 1));
    }
}
