using System.Globalization;

namespace StandIns.ImageMagick;

/// <summary>What a file says of itself before its pixels are decoded.</summary>
/// <param name="BitDepth">Bits a sample in ImageMagick's eyes: 1 to 16.</param>
/// <param name="Quality">JPEG quality, estimated from the quantisation tables; 0 for other formats.</param>
/// <param name="SamplingFactor">JPEG sampling such as "2x2,1x1,1x1"; null for other formats.</param>
/// <param name="Orientation">The EXIF orientation, 1 (upright) to 8; 0 where the file has none.</param>
internal sealed record ImageHeader(int Width, int Height, int BitDepth, bool HasAlpha, int Quality, string? SamplingFactor, int Orientation);

/// <summary>Decodes the first frame of encoded images.</summary>
internal sealed class ImageReader : IDisposable
{
    private readonly MagickWand _wand;

    private ImageReader(MagickWand wand) => _wand = wand;

    internal int Width => (int)MagickWandNative.MagickGetImageWidth(_wand);

    internal int Height => (int)MagickWandNative.MagickGetImageHeight(_wand);

    /// <summary>What ImageMagick complained of while reading on; null for a clean file.</summary>
    internal string? Warning { get; private init; }

    /// <exception cref="MagickException">The header is damaged.</exception>
    internal static ImageHeader Identify(ReadOnlySpan<byte> encoded, ImageFileFormat format)
    {
        using var reader = Read(encoded, format, headerOnly: true);
        return reader.Header();
    }

    /// <exception cref="MagickException">The file is damaged.</exception>
    internal static ImageReader Open(ReadOnlySpan<byte> encoded, ImageFileFormat format) => Read(encoded, format, headerOnly: false);

    internal ImageHeader Header() => new(
        Width,
        Height,
        (int)MagickWandNative.MagickGetImageDepth(_wand),
        MagickWandNative.MagickGetImageAlphaChannel(_wand) != 0,
        (int)MagickWandNative.MagickGetImageCompressionQuality(_wand),
        _wand.Property("jpeg:sampling-factor"),
        Orientation());

    /// <summary>The EXIF orientation, 1 (upright) to 8; 0 where the file has none.</summary>
    internal int Orientation() =>
        int.TryParse(_wand.Property("exif:Orientation"), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>Interleaved samples, row by row; T is byte or ushort, map as for <see cref="MagickWand.FromSamples"/>.</summary>
    internal T[] Samples<T>(string map)
        where T : unmanaged
        => _wand.ToSamples<T>(Width, Height, map);

    public void Dispose() => _wand.Dispose();

    private static unsafe ImageReader Read(ReadOnlySpan<byte> encoded, ImageFileFormat format, bool headerOnly)
    {
        var wand = MagickWand.Create();
        try
        {
            // The prefix pins the decoder; [0] takes the first frame only.
            wand.Require(MagickWandNative.MagickSetFilename(wand, format.CoderName() + ":[0]"));
            fixed (byte* blob = encoded)
            {
                var succeeded = headerOnly
                    ? MagickWandNative.MagickPingImageBlob(wand, blob, (nuint)encoded.Length)
                    : MagickWandNative.MagickReadImageBlob(wand, blob, (nuint)encoded.Length);
                if (succeeded == 0)
                    wand.Require(0);
            }
            if (MagickWandNative.MagickGetImageWidth(wand) == 0 || MagickWandNative.MagickGetImageHeight(wand) == 0)
                throw new MagickException("The image has no pixels.");
            // The samples of the four inks would be taken for colours.
            if (!headerOnly && MagickWandNative.MagickGetImageColorspace(wand) == MagickColorspace.Cmyk)
                wand.Require(MagickWandNative.MagickTransformImageColorspace(wand, MagickColorspace.Srgb));
            var message = wand.TakeMessage(out _);
            return new ImageReader(wand) { Warning = message.Length > 0 ? message : null };
        }
        catch
        {
            wand.Dispose();
            throw;
        }
    }
}
