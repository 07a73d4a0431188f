namespace SixLabors.ImageSharp.Processing;

public static class ContrastExtensions
{
    /// <summary>0 gives an even grey, 1 changes nothing.</summary>
    public static IImageProcessingContext Contrast(this IImageProcessingContext source, float amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return source.Apply(ColorFilter.Scale(amount, offset: 0.5f - 0.5f * amount));
    }
}
