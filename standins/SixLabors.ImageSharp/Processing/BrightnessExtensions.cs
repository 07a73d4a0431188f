namespace SixLabors.ImageSharp.Processing;

public static class BrightnessExtensions
{
    /// <summary>0 gives black, 1 changes nothing.</summary>
    public static IImageProcessingContext Brightness(this IImageProcessingContext source, float amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return source.Apply(ColorFilter.Scale(amount));
    }
}
