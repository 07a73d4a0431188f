namespace StandIns.ImageMagick;

/// <summary>Encodes interleaved samples. The same samples and options give the same bytes: no time stamps are written.</summary>
internal static class ImageWriter
{
    /// <param name="samples">8 or 16 bit samples, row by row.</param>
    /// <param name="map">The order of the channels, such as "RGBA"; P skips a sample, I is grey.</param>
    /// <param name="coder">ImageMagick's name of the format, such as PNG.</param>
    /// <param name="quality">0 to 100; for PNG, compression level times ten plus the filter.</param>
    /// <param name="options">Coder options such as <c>png:color-type</c>.</param>
    /// <param name="exif">An EXIF profile to embed, and the orientation in it (1 to 8), or null.</param>
    internal static unsafe byte[] Encode<T>(
        ReadOnlySpan<T> samples, int width, int height, string map, string coder, int quality, IEnumerable<KeyValuePair<string, string>> options, (byte[] Profile, int Orientation)? exif = null)
        where T : unmanaged
    {
        using var wand = MagickWand.FromSamples(samples, width, height, map);
        wand.Require(MagickWandNative.MagickSetImageFormat(wand, coder));
        wand.Require(MagickWandNative.MagickSetImageCompressionQuality(wand, (nuint)quality));
        foreach (var (key, value) in options)
            wand.Require(MagickWandNative.MagickSetOption(wand, key, value));
        if (exif is { } embedded)
        {
            // ImageMagick overwrites the orientation in the profile by the image's own.
            wand.Require(MagickWandNative.MagickSetImageOrientation(wand, embedded.Orientation));
            fixed (byte* profile = embedded.Profile)
            {
                wand.Require(MagickWandNative.MagickSetImageProfile(wand, "exif", profile, (nuint)embedded.Profile.Length));
            }
        }
        var blob = MagickWandNative.MagickGetImageBlob(wand, out var length);
        try
        {
            wand.Require(blob is null ? 0 : 1);
            return new ReadOnlySpan<byte>(blob, checked((int)length)).ToArray();
        }
        finally
        {
            if (blob is not null)
                MagickWandNative.MagickRelinquishMemory((nint)blob);
        }
    }
}
