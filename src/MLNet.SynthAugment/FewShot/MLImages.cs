using Microsoft.ML.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Conversion between ML.NET's images and ImageSharp's.</summary>
internal static class MLImages
{
    /// <summary>Copies the pixels; alpha is dropped.</summary>
    public static Image<Rgb24> ToRgb(MLImage image)
    {
        switch (image.PixelFormat)
        {
            case MLPixelFormat.Bgra32:
                using (var bgra = Image.LoadPixelData<Bgra32>(image.Pixels, image.Width, image.Height))
                    return bgra.CloneAs<Rgb24>();
            case MLPixelFormat.Rgba32:
                using (var rgba = Image.LoadPixelData<Rgba32>(image.Pixels, image.Width, image.Height))
                    return rgba.CloneAs<Rgb24>();
            default:
                throw new UnreadableImageException($"its pixel format is {image.PixelFormat}");
        }
    }

    /// <summary>A new image of BGRA pixels, the format that <c>LoadImages</c> gives.</summary>
    public static MLImage FromBgra(byte[] pixels, int width, int height) => MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);

    /// <summary>The pixels as BGRA bytes, opaque.</summary>
    public static byte[] ToBgra(Image<Rgb24> image)
    {
        using var bgra = image.CloneAs<Bgra32>();
        var pixels = new byte[4 * image.Width * image.Height];
        bgra.CopyPixelDataTo(pixels);
        return pixels;
    }
}
