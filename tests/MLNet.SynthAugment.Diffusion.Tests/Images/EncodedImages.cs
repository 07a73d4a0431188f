using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;

namespace MLNet.SynthAugment.Diffusion.Tests.Images;

/// <summary>Image files in every format that is read.</summary>
internal static class EncodedImages
{
    public static IReadOnlyList<string> Formats { get; } = ["PNG", "JPEG", "GIF", "BMP", "WebP", "ICO"];

    public static byte[] Encode(Image image, string format) => format == "ICO"
        ? Icon(image) : Encode(image, Encoder(format));

    public static byte[] Encode(Image image, IImageEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    /// <summary>An icon of several pictures, each a PNG file.</summary>
    public static byte[] Icon(params IReadOnlyList<Image> pictures)
    {
        const int headerLength = 6, entryLength = 16;
        var files = pictures.Select(picture => Encode(picture, new PngEncoder())).ToList();
        var directory = new byte[headerLength + (entryLength * files.Count)];
        directory[2] = 1;
        directory[4] = (byte)files.Count;
        var offset = directory.Length;
        for (var i = 0; i < files.Count; i++)
        {
            var entry = directory.AsSpan(headerLength + (entryLength * i));
            (entry[0], entry[1], entry[4], entry[6]) = ((byte)pictures[i].Width, (byte)pictures[i].Height, 1, 32);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], files[i].Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], offset);
            offset += files[i].Length;
        }
        return [.. directory, .. files.SelectMany(file => file)];
    }

    private static IImageEncoder Encoder(string format) => format switch
    {
        "PNG" => new PngEncoder { ColorType = PngColorType.RgbWithAlpha },
        "JPEG" => new JpegEncoder { Quality = 100, ColorType = JpegColorType.YCbCrRatio444 },
        "GIF" => new GifEncoder(),
        "BMP" => new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 },
        "WebP" => new WebpEncoder { FileFormat = WebpFileFormatType.Lossless },
        _ => throw new ArgumentException(format),
    };
}
