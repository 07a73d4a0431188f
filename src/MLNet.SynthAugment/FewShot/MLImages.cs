using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Conversion between ML.NET's images and ImageSharp's.</summary>
internal static class MLImages
{
    /// <summary>The pixels on a ground, as image files are read.</summary>
    /// <param name="image">The image.</param>
    /// <param name="ground">What is seen where it is transparent.</param>
    /// <param name="isTransparent">Whether any pixel is not opaque.</param>
    /// <exception cref="UnreadableImageException">Its pixel format is unknown.</exception>
    public static Image<Rgb24> ToRgb(MLImage image, Color ground, out bool isTransparent)
    {
        var order = image.PixelFormat switch
        {
            MLPixelFormat.Bgra32 => PixelOrder.Bgra,
            MLPixelFormat.Rgba32 => PixelOrder.Rgba,
            var format => throw new UnreadableImageException($"its pixel format is {format}"),
        };
        return AlphaPixels.Compose(image.Pixels, image.Width, image.Height, order, ground, out isTransparent);
    }

    /// <summary>A new image of BGRA pixels, the format that <c>LoadImages</c> gives.</summary>
    public static MLImage FromBgra(byte[] pixels, int width, int height) =>
        MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);

    /// <summary>A new image with the same pixels and tag.</summary>
    public static MLImage Copy(MLImage image)
    {
        var copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }

    /// <summary>The pixels as BGRA bytes, opaque.</summary>
    public static byte[] ToBgra(Image<Rgb24> image)
    {
        using var bgra = image.CloneAs<Bgra32>();
        var pixels = new byte[4 * image.Width * image.Height];
        bgra.CopyPixelDataTo(pixels);
        return pixels;
    }
}
