using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Gif;

public sealed class GifEncoder : QuantizingImageEncoder
{
    internal override byte[] EncodeToBytes<TPixel>(Image<TPixel> image) =>
        Encode<TPixel, Rgba32, byte>(image, "RGBA", "GIF", 0, new Dictionary<string, string>());
}
