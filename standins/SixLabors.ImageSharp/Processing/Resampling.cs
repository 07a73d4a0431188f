using System.Numerics;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Transforms;
using StandIns.ImageMagick;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Filters pixels through ImageMagick on 16-bit samples with room for over- and undershoot.</summary>
internal static class Resampling
{
    // 0..1 is stored as 16384..49152: what a kernel shoots over survives the first pass, as it does in the real library's floats.
    private const float Offset = 16384;
    private const float Range = 32768;

    internal static PixelBuffer<TPixel> Resize<TPixel>(
        PixelBuffer<TPixel> source, int width, int height, KnownResampler sampler, bool compand, bool premultiplyAlpha)
        where TPixel : unmanaged, IPixel<TPixel>
        => Filter(source, width, height, compand, premultiplyAlpha, (samples, map) =>
            ImageScaler.Resize<ushort>(samples, source.Width, source.Height, map, width, height, sampler.Filter, sampler.Lobes));

    internal static PixelBuffer<TPixel> GaussianBlur<TPixel>(PixelBuffer<TPixel> source, float sigma)
        where TPixel : unmanaged, IPixel<TPixel>
        => Filter(source, source.Width, source.Height, compand: false, premultiplyAlpha: true, (samples, map) =>
            ImageScaler.GaussianBlur<ushort>(samples, source.Width, source.Height, map, MathF.Ceiling(sigma * 3), sigma));

    private static PixelBuffer<TPixel> Filter<TPixel>(
        PixelBuffer<TPixel> source, int width, int height, bool compand, bool premultiplyAlpha, Func<ushort[], string, ushort[]> filter)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var hasAlpha = PixelConversion.HasAlpha<TPixel>();
        var colors = new ushort[source.Pixels.Length * 3];
        var alphas = hasAlpha ? new ushort[source.Pixels.Length] : [];
        for (var i = 0; i < source.Pixels.Length; i++)
        {
            var pixel = source.Pixels[i].ToScaledVector4();
            var color = compand ? Companding.Expand(pixel) : pixel;
            if (hasAlpha && premultiplyAlpha)
                color *= pixel.W;
            (colors[3 * i], colors[3 * i + 1], colors[3 * i + 2]) = (Store(color.X), Store(color.Y), Store(color.Z));
            if (hasAlpha)
                alphas[i] = Store(pixel.W);
        }

        var newColors = filter(colors, "RGB");
        var newAlphas = hasAlpha ? filter(alphas, "I") : [];
        var result = new PixelBuffer<TPixel>(new TPixel[checked(width * height)], width, height);
        for (var i = 0; i < result.Pixels.Length; i++)
        {
            var alpha = hasAlpha ? Math.Clamp(Restore(newAlphas[i]), 0, 1) : 1;
            var color = new Vector4(Restore(newColors[3 * i]), Restore(newColors[3 * i + 1]), Restore(newColors[3 * i + 2]), alpha);
            if (hasAlpha && premultiplyAlpha && alpha > 0)
                color = new Vector4(color.AsVector3() / alpha, alpha);
            color = Vector4.Clamp(color, Vector4.Zero, Vector4.One);
            result.Pixels[i].FromScaledVector4(compand ? Companding.Compress(color) : color);
        }
        return result;
    }

    private static ushort Store(float value) => (ushort)MathF.Round(Offset + value * Range);

    private static float Restore(ushort sample) => (sample - Offset) / Range;
}
