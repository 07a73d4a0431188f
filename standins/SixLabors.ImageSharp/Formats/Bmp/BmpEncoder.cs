using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Bmp;

public sealed class BmpEncoder : QuantizingImageEncoder
{
    internal override byte[] EncodeToBytes<TPixel>(Image<TPixel> image) =>
        Encode<TPixel, Rgb24, byte>(image, "RGB", "BMP3", 0, new Dictionary<string, string>());
}
