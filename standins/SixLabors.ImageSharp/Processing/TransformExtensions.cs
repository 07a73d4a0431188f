using System.Numerics;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

public static class TransformExtensions
{
    public static IImageProcessingContext Transform(this IImageProcessingContext source, AffineTransformBuilder builder) =>
        source.Transform(builder, KnownResamplers.Bicubic);

    public static IImageProcessingContext Transform(this IImageProcessingContext source, AffineTransformBuilder builder, IResampler sampler) =>
        source.Transform(new Rectangle(Point.Empty, source.GetCurrentSize()), builder, sampler);

    public static IImageProcessingContext Transform(this IImageProcessingContext source, Rectangle sourceRectangle, AffineTransformBuilder builder, IResampler sampler) =>
        source.Transform(sourceRectangle, builder.BuildMatrix(sourceRectangle), builder.GetTransformedSize(sourceRectangle), sampler);

    /// <summary>Maps pixel (x, y) of the source to <paramref name="transform"/> of it; what no source pixel reaches stays transparent or black.</summary>
    public static IImageProcessingContext Transform(
        this IImageProcessingContext source, Rectangle sourceRectangle, Matrix3x2 transform, Size targetDimensions, IResampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetDimensions.Width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetDimensions.Height);
        if (!Matrix3x2.Invert(transform, out var inverse))
            throw new DegenerateTransformException("Matrix is degenerate. Check input values.");
        return source.Apply(new AffineOperation(sourceRectangle, inverse, targetDimensions, sampler));
    }
}
