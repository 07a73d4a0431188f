using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

public class PngEncoder : QuantizingImageEncoder
{
    // ImageMagick's "quality" of a PNG is the zlib level times ten plus the row filter.
    private const int LevelFactor = 10;

    public PngColorType? ColorType { get; init; }

    public PngBitDepth? BitDepth { get; init; }

    public PngCompressionLevel CompressionLevel { get; init; } = PngCompressionLevel.DefaultCompression;

    public PngFilterMethod? FilterMethod { get; init; }

    internal override byte[] EncodeToBytes<TPixel>(Image<TPixel> image)
    {
        // What the encoder names comes first, then what the file had that the image was loaded from, then the pixel type.
        var metadata = image.Metadata.GetPngMetadata();
        var colorType = ColorType ?? metadata.ColorType ?? DefaultColorType<TPixel>();
        var bitDepth = BitDepth ?? metadata.BitDepth ?? (PixelConversion.Is16Bit<TPixel>() ? PngBitDepth.Bit16 : PngBitDepth.Bit8);
        var filter = FilterMethod ?? (colorType == PngColorType.Palette ? PngFilterMethod.None : PngFilterMethod.Adaptive);
        var quality = (int)CompressionLevel * LevelFactor + (int)filter;
        var options = new Dictionary<string, string>
        {
            ["png:color-type"] = $"{(int)colorType}",
            ["png:bit-depth"] = $"{(int)Allowed(bitDepth, colorType)}",
            ["png:exclude-chunks"] = "all",
        };
        if (bitDepth == PngBitDepth.Bit16)
        {
            return colorType switch
            {
                PngColorType.Grayscale => Encode<TPixel, L16, ushort>(image, "I", "PNG", quality, options),
                PngColorType.GrayscaleWithAlpha => Encode<TPixel, La32, ushort>(image, "IA", "PNG", quality, options),
                PngColorType.RgbWithAlpha => Encode<TPixel, Rgba64, ushort>(image, "RGBA", "PNG", quality, options),
                _ => Encode<TPixel, Rgb48, ushort>(image, "RGB", "PNG", quality, options),
            };
        }
        return colorType switch
        {
            PngColorType.Grayscale => Encode<TPixel, L8, byte>(image, "I", "PNG", quality, options),
            PngColorType.GrayscaleWithAlpha => Encode<TPixel, La16, byte>(image, "IA", "PNG", quality, options),
            PngColorType.RgbWithAlpha => Encode<TPixel, Rgba32, byte>(image, "RGBA", "PNG", quality, options),
            PngColorType.Palette when PixelConversion.HasAlpha<TPixel>() => Encode<TPixel, Rgba32, byte>(image, "RGBA", "PNG", quality, options),
            _ => Encode<TPixel, Rgb24, byte>(image, "RGB", "PNG", quality, options),
        };
    }

    private static PngColorType DefaultColorType<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
        => (PixelConversion.IsGrey<TPixel>(), PixelConversion.HasAlpha<TPixel>()) switch
        {
            (true, false) => PngColorType.Grayscale,
            (true, true) => PngColorType.GrayscaleWithAlpha,
            (false, false) => PngColorType.Rgb,
            (false, true) => PngColorType.RgbWithAlpha,
        };

    /// <summary>The PNG standard allows fewer than 8 bits for grey and palette only, and 16 for all but palette.</summary>
    private static PngBitDepth Allowed(PngBitDepth bitDepth, PngColorType colorType) => colorType switch
    {
        PngColorType.Grayscale => bitDepth,
        PngColorType.Palette => bitDepth == PngBitDepth.Bit16 ? PngBitDepth.Bit8 : bitDepth,
        _ => bitDepth == PngBitDepth.Bit16 ? PngBitDepth.Bit16 : PngBitDepth.Bit8,
    };
}
