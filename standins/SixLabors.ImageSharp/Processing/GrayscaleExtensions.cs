using System.Numerics;

namespace SixLabors.ImageSharp.Processing;

public static class GrayscaleExtensions
{
    private static readonly Vector3 _bt709 = new(0.2126f, 0.7152f, 0.0722f);
    private static readonly Vector3 _bt601 = new(0.299f, 0.587f, 0.114f);

    public static IImageProcessingContext Grayscale(this IImageProcessingContext source) =>
        source.Grayscale(GrayscaleMode.Bt709, 1);

    public static IImageProcessingContext Grayscale(this IImageProcessingContext source, float amount) =>
        source.Grayscale(GrayscaleMode.Bt709, amount);

    public static IImageProcessingContext Grayscale(this IImageProcessingContext source, GrayscaleMode mode) =>
        source.Grayscale(mode, 1);

    /// <summary>0 changes nothing, 1 gives grey.</summary>
    public static IImageProcessingContext Grayscale(this IImageProcessingContext source, GrayscaleMode mode, float amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, 1);
        return source.Apply(ColorFilter.Saturation(mode == GrayscaleMode.Bt709 ? _bt709 : _bt601, 1 - amount));
    }
}
