using System.Numerics;

namespace SixLabors.ImageSharp.Processing;

public static class SaturateExtensions
{
    private static readonly Vector3 _weights = new(0.213f, 0.715f, 0.072f);

    /// <summary>0 gives grey, 1 changes nothing.</summary>
    public static IImageProcessingContext Saturate(this IImageProcessingContext source, float amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return source.Apply(ColorFilter.Saturation(_weights, amount));
    }
}
