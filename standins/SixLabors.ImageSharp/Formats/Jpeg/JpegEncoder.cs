using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Jpeg;

public sealed class JpegEncoder : ImageEncoder
{
    private readonly int? _quality;

    /// <summary>1 to 100.</summary>
    public int? Quality
    {
        get => _quality;
        init => _quality = value is null or (>= 1 and <= 100) ? value : throw new ArgumentException("Quality factor must be in [1..100] range.");
    }

    public JpegEncodingColor? ColorType { get; init; }

    internal override byte[] EncodeToBytes<TPixel>(Image<TPixel> image)
    {
        var metadata = image.Metadata.GetJpegMetadata();
        var quality = Quality ?? metadata.Quality;
        var colorType = ColorType ?? metadata.ColorType ?? (PixelConversion.IsGrey<TPixel>() ? JpegEncodingColor.Luminance : JpegEncodingColor.YCbCrRatio420);
        // The real encoder writes EXIF even where metadata is to be skipped.
        var exif = Exif(image.Metadata.ExifProfile);
        if (colorType == JpegEncodingColor.Luminance)
            return Encode<TPixel, L8, byte>(image, "I", "JPEG", quality, new Dictionary<string, string>(), exif);
        var options = new Dictionary<string, string> { ["jpeg:sampling-factor"] = SamplingFactor(colorType) };
        return Encode<TPixel, Rgb24, byte>(image, "RGB", "JPEG", quality, options, exif);
    }

    internal static JpegEncodingColor? ColorTypeOf(string? samplingFactor, int components) => (components, samplingFactor?.Split(',')[0]) switch
    {
        (1, _) => JpegEncodingColor.Luminance,
        (_, "1x1") => JpegEncodingColor.YCbCrRatio444,
        (_, "2x1") => JpegEncodingColor.YCbCrRatio422,
        (_, "2x2") => JpegEncodingColor.YCbCrRatio420,
        (_, "4x1") => JpegEncodingColor.YCbCrRatio411,
        (_, "4x2") => JpegEncodingColor.YCbCrRatio410,
        _ => null,
    };

    private static (byte[] Profile, int Orientation)? Exif(ExifProfile? profile) =>
        profile is not null && profile.TryGetValue(ExifTag.Orientation, out var orientation)
            ? ([.. "Exif\0\0"u8, .. profile.ToByteArray() ?? []], orientation.Value)
            : null;

    private static string SamplingFactor(JpegEncodingColor colorType) => colorType switch
    {
        JpegEncodingColor.YCbCrRatio444 => "1x1",
        JpegEncodingColor.YCbCrRatio422 => "2x1",
        JpegEncodingColor.YCbCrRatio420 => "2x2",
        JpegEncodingColor.YCbCrRatio411 => "4x1",
        JpegEncodingColor.YCbCrRatio410 => "4x2",
        _ => throw new NotSupportedException($"JPEG colour type {colorType} is not supported here."),
    };
}
