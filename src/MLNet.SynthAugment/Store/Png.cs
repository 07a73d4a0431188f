using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Store;

/// <summary>8-bit RGB PNG files without metadata, so that equal pixels give equal bytes.</summary>
internal static class Png
{
    public static byte[] Encode(Image<Rgb24> image)
    {
        using var stream = new MemoryStream();
        image.SaveAsPng(stream, new PngEncoder { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit8, SkipMetadata = true });
        return stream.ToArray();
    }

    public static Image<Rgb24> Read(string path) => Image.Load<Rgb24>(path);
}
