using System.Numerics;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Red, green and blue, 0 to 1, times a matrix plus an offset; alpha stays.</summary>
internal sealed class ColorFilter(Matrix4x4 matrix, float offset = 0) : IImageOperation
{
    public PixelBuffer<TPixel> Apply<TPixel>(Configuration configuration, PixelBuffer<TPixel> source)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var result = PixelBuffer<TPixel>.Allocate(configuration, source.Width, source.Height);
        for (var i = 0; i < source.Pixels.Length; i++)
        {
            var pixel = source.Pixels[i].ToScaledVector4();
            var color = Vector3.TransformNormal(pixel.AsVector3(), matrix) + new Vector3(offset);
            result.Pixels[i].FromScaledVector4(Vector4.Clamp(new Vector4(color, pixel.W), Vector4.Zero, Vector4.One));
        }
        return result;
    }

    internal static ColorFilter Scale(float amount, float offset = 0) => new(Matrix4x4.CreateScale(amount), offset);

    /// <summary>Between the grey of the given weights (0) and the colour itself (1); beyond 1 more colourful.</summary>
    internal static ColorFilter Saturation(Vector3 weights, float amount)
    {
        var grey = weights * (1 - amount);
        return new ColorFilter(new Matrix4x4(
            grey.X + amount, grey.X, grey.X, 0,
            grey.Y, grey.Y + amount, grey.Y, 0,
            grey.Z, grey.Z, grey.Z + amount, 0,
            0, 0, 0, 1));
    }

    /// <summary>The hue rotation of the W3C's Filter Effects: the luminance of the weights is kept.</summary>
    internal static ColorFilter HueRotation(float degrees)
    {
        var (sin, cos) = MathF.SinCos(degrees * MathF.PI / 180);
        return new ColorFilter(new Matrix4x4(
            0.213f + cos * 0.787f - sin * 0.213f, 0.213f - cos * 0.213f + sin * 0.143f, 0.213f - cos * 0.213f - sin * 0.787f, 0,
            0.715f - cos * 0.715f - sin * 0.715f, 0.715f + cos * 0.285f + sin * 0.140f, 0.715f - cos * 0.715f + sin * 0.715f, 0,
            0.072f - cos * 0.072f + sin * 0.928f, 0.072f - cos * 0.072f - sin * 0.283f, 0.072f + cos * 0.928f + sin * 0.072f, 0,
            0, 0, 0, 1));
    }
}
