using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

public static class RotateExtensions
{
    /// <summary>Turns clockwise.</summary>
    public static IImageProcessingContext Rotate(this IImageProcessingContext source, RotateMode rotateMode) =>
        source.Apply(new OrientOperation(rotateMode, FlipMode.None));

    /// <summary>Turns clockwise; the canvas grows to hold the corners.</summary>
    public static IImageProcessingContext Rotate(this IImageProcessingContext source, float degrees) =>
        source.Rotate(degrees, KnownResamplers.Bicubic);

    public static IImageProcessingContext Rotate(this IImageProcessingContext source, float degrees, IResampler sampler)
    {
        var turn = (degrees % 360 + 360) % 360;
        return turn is 0 or 90 or 180 or 270
            ? source.Rotate((RotateMode)turn)
            : source.Transform(new AffineTransformBuilder().AppendRotationDegrees(degrees), sampler);
    }
}
