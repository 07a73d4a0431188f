using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Webp;

public sealed class WebpEncoder : ImageEncoder
{
    public WebpFileFormatType? FileFormat { get; init; }

    /// <summary>0 to 100.</summary>
    public int Quality { get; init; } = 75;

    internal override byte[] EncodeToBytes<TPixel>(Image<TPixel> image)
    {
        var options = new Dictionary<string, string> { ["webp:lossless"] = FileFormat == WebpFileFormatType.Lossless ? "true" : "false" };
        return PixelConversion.HasAlpha<TPixel>()
            ? Encode<TPixel, Rgba32, byte>(image, "RGBA", "WEBP", Quality, options)
            : Encode<TPixel, Rgb24, byte>(image, "RGB", "WEBP", Quality, options);
    }
}
