using SixLabors.ImageSharp.Processing.Processors.Transforms;
using StandIns.ImageMagick;

namespace SixLabors.ImageSharp.Processing;

public static class KnownResamplers
{
    public static IResampler Bicubic { get; } = KnownResampler.Cubic(nameof(Bicubic), MagickFilter.CatmullRom, 0, 0.5f);

    public static IResampler Box { get; } = new KnownResampler(nameof(Box), MagickFilter.Box, 0.5f, _ => 1);

    public static IResampler CatmullRom { get; } = KnownResampler.Cubic(nameof(CatmullRom), MagickFilter.CatmullRom, 0, 0.5f);

    public static IResampler Hermite { get; } = KnownResampler.Cubic(nameof(Hermite), MagickFilter.Hermite, 0, 0, radius: 1);

    public static IResampler Lanczos2 { get; } = KnownResampler.Lanczos(2);

    public static IResampler Lanczos3 { get; } = KnownResampler.Lanczos(3);

    public static IResampler Lanczos5 { get; } = KnownResampler.Lanczos(5);

    public static IResampler Lanczos8 { get; } = KnownResampler.Lanczos(8);

    public static IResampler MitchellNetravali { get; } = KnownResampler.Cubic(nameof(MitchellNetravali), MagickFilter.Mitchell, 1 / 3f, 1 / 3f);

    public static IResampler NearestNeighbor { get; } = new KnownResampler(nameof(NearestNeighbor), MagickFilter.Point, 1, _ => 1);

    public static IResampler Robidoux { get; } = KnownResampler.Cubic(nameof(Robidoux), MagickFilter.Robidoux, 0.37821576f, 0.31089212f);

    public static IResampler RobidouxSharp { get; } = KnownResampler.Cubic(nameof(RobidouxSharp), MagickFilter.RobidouxSharp, 0.2620145f, 0.36899273f);

    public static IResampler Spline { get; } = KnownResampler.Cubic(nameof(Spline), MagickFilter.Spline, 1, 0);

    public static IResampler Triangle { get; } = new KnownResampler(nameof(Triangle), MagickFilter.Triangle, 1, x => 1 - x);
}
