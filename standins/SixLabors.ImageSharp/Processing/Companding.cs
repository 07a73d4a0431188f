using System.Numerics;

namespace SixLabors.ImageSharp.Processing;

/// <summary>The sRGB transfer function (IEC 61966-2-1) and its inverse, on the colours; alpha stays.</summary>
internal static class Companding
{
    internal static Vector4 Expand(Vector4 stored) => new(Expand(stored.X), Expand(stored.Y), Expand(stored.Z), stored.W);

    internal static Vector4 Compress(Vector4 linear) => new(Compress(linear.X), Compress(linear.Y), Compress(linear.Z), linear.W);

    private static float Expand(float value) => value <= 0.04045f ? value / 12.92f : MathF.Pow((value + 0.055f) / 1.055f, 2.4f);

    private static float Compress(float value) => value <= 0.0031308f ? value * 12.92f : 1.055f * MathF.Pow(value, 1 / 2.4f) - 0.055f;
}
