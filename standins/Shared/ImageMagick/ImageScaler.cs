using System.Globalization;

namespace StandIns.ImageMagick;

/// <summary>Antialiased resampling of interleaved samples: the width first, then the height.</summary>
internal static class ImageScaler
{
    /// <param name="samples">Interleaved samples, row by row; byte or ushort.</param>
    /// <param name="map">"RGB" or "I": channels are filtered independently, so alpha goes in as an image of its own.</param>
    /// <param name="lobes">Lobes of a Lanczos kernel; null for the kernel's own.</param>
    internal static T[] Resize<T>(
        ReadOnlySpan<T> samples, int width, int height, string map, int newWidth, int newHeight, MagickFilter filter, int? lobes = null)
        where T : unmanaged
    {
        using var wand = MagickWand.FromSamples(samples, width, height, map);
        if (lobes is { } count)
            wand.Require(MagickWandNative.MagickSetImageArtifact(wand, "filter:lobes", count.ToString(CultureInfo.InvariantCulture)));
        if (newWidth != width)
            wand.Require(MagickWandNative.MagickResizeImage(wand, (nuint)newWidth, (nuint)height, filter, 1));
        if (newHeight != height)
            wand.Require(MagickWandNative.MagickResizeImage(wand, (nuint)newWidth, (nuint)newHeight, filter, 1));
        return wand.ToSamples<T>(newWidth, newHeight, map);
    }

    /// <summary>Convolves with a Gaussian; pixels beyond the border repeat the border.</summary>
    internal static T[] GaussianBlur<T>(ReadOnlySpan<T> samples, int width, int height, string map, double radius, double sigma)
        where T : unmanaged
    {
        using var wand = MagickWand.FromSamples(samples, width, height, map);
        wand.Require(MagickWandNative.MagickGaussianBlurImage(wand, radius, sigma));
        return wand.ToSamples<T>(width, height, map);
    }
}
