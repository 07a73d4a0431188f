using StandIns.ImageMagick;

namespace SixLabors.ImageSharp.Processing.Processors.Transforms;

/// <summary>A kernel that ImageMagick has as well, for resizing; the formula serves affine transforms.</summary>
internal sealed class KnownResampler(string name, MagickFilter filter, float radius, Func<float, float> kernel) : IResampler
{
    public float Radius { get; } = radius;

    internal MagickFilter Filter { get; } = filter;

    /// <summary>Lobes of a Lanczos kernel; null for other kernels.</summary>
    internal int? Lobes { get; init; }

    public float GetValue(float x)
    {
        var distance = Math.Abs(x);
        return distance < Radius ? kernel(distance) : 0;
    }

    public override string ToString() => name;

    /// <summary>The family of Mitchell and Netravali (1988): B-spline weight b, cardinal weight c.</summary>
    internal static KnownResampler Cubic(string name, MagickFilter filter, float b, float c, float radius = 2) => new(name, filter, radius, x => x < 1
        ? ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + (6 - 2 * b)) / 6
        : ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6);

    internal static KnownResampler Lanczos(int lobes) =>
        new($"Lanczos{lobes}", MagickFilter.Lanczos, lobes, x => Sinc(x) * Sinc(x / lobes)) { Lobes = lobes };

    internal static float Sinc(float x) => x == 0 ? 1 : MathF.Sin(MathF.PI * x) / (MathF.PI * x);
}
