using MLNet.SynthAugment.Diffusion.Layers;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>Makes images and masks ready for an autoencoder, as diffusers' class of that name does.</summary>
/// <param name="scaleFactor">The autoencoder's factor f; both sides of an image become multiples of it.</param>
public sealed class VaeImageProcessor(long scaleFactor)
{
    // ITU-R 601 weights in 16-bit fixed point, as Pillow converts colours to grey.
    private const int RedWeight = 19595, GreenWeight = 38470, BlueWeight = 7471, Half = 0x8000;
    private const byte MaskThreshold = 128;

    /// <summary>The size of images that are made from nothing.</summary>
    /// <param name="height">Height wanted in pixels, a multiple of the factor; null for the default.</param>
    /// <param name="width">Width wanted, likewise.</param>
    /// <param name="defaultSize">The default for both.</param>
    /// <exception cref="ArgumentException">A size is no multiple of the factor.</exception>
    public (int Height, int Width) SizeOrDefault(int? height, int? width, int defaultSize)
    {
        RequireMultiple("Height", height);
        RequireMultiple("Width", width);
        return (height ?? defaultSize, width ?? defaultSize);
    }

    /// <summary>The size an image gets.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">Height wanted, a multiple of the factor; null for the image's own, rounded down to
    /// one.</param>
    /// <param name="width">Width wanted, likewise.</param>
    /// <exception cref="ArgumentException">A size is no multiple of the factor, or the image is smaller than the
    /// factor.</exception>
    public (int Height, int Width) SizeFor(Image<Rgb24> image, int? height, int? width)
    {
        RequireMultiple("Height", height);
        RequireMultiple("Width", width);
        if ((height is null && image.Height < scaleFactor) || (width is null && image.Width < scaleFactor))
            throw new ArgumentException(
                $"An image of {image.Width}×{image.Height} pixels is too small for this autoencoder, which needs at "
                    + $"least {scaleFactor}×{scaleFactor}; give a Height and a Width to enlarge it to.", nameof(image));
        return (height ?? RoundDown(image.Height), width ?? RoundDown(image.Width));
    }

    /// <summary>Resizes with Lanczos' kernel; an image that has the size already is copied.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="height">New height in pixels.</param>
    /// <param name="width">New width in pixels.</param>
    /// <param name="fit">What to do about another aspect ratio.</param>
    /// <returns>A new image.</returns>
    public static Image<Rgb24> Resize(Image<Rgb24> image, int height, int width, ImageFit fit)
    {
        if (image.Height == height && image.Width == width)
            return image.Clone();
        if (fit == ImageFit.Stretch)
            return ImageResizing.Resize(image, width, height, KnownResamplers.Lanczos3);
        using var middle = ImageResizing.Middle(image, ImageResizing.MaxAspectRatio * CeilingOf(image.Height, width,
            height), ImageResizing.MaxAspectRatio * CeilingOf(image.Width, height, width));
        var part = middle ?? image;
        var isWider = (double)width / height <= (double)part.Width / part.Height;
        var coveringWidth = isWider ? checked((int)((long)part.Width * height / part.Height)) : width;
        var coveringHeight = isWider ? height : checked((int)((long)part.Height * width / part.Width));
        using var covering = ImageResizing.Resize(part, Math.Max(coveringWidth, width),
            Math.Max(coveringHeight, height), KnownResamplers.Lanczos3);
        return ImageResizing.Crop(
            covering, covering.Width / 2 - width / 2, covering.Height / 2 - height / 2, width, height);
    }

    /// <summary>Resizes images and stacks them.</summary>
    /// <param name="images">One or more images; they are not changed.</param>
    /// <param name="height">Height for all, a multiple of the factor; null for each one's own, which must come out
    /// equal.</param>
    /// <param name="width">Width for all, likewise.</param>
    /// <param name="fit">What to do about another aspect ratio.</param>
    /// <param name="device">Where the tensor goes; the CPU if null.</param>
    /// <returns>float32 [B, 3, height, width], −1 to 1.</returns>
    /// <exception cref="ArgumentException">There is no image, a size does not fit, or the images come out in different
    /// sizes.</exception>
    public Tensor ToTensor(IReadOnlyList<Image<Rgb24>> images, int? height = null, int? width = null,
        ImageFit fit = ImageFit.Stretch, Device? device = null)
    {
        var resized = new List<Image<Rgb24>>();
        try
        {
            foreach (var image in images)
            {
                var size = SizeFor(image, height, width);
                if (resized.Count > 0 && (size.Width != resized[0].Width || size.Height != resized[0].Height))
                    throw new ArgumentException(
                        $"Image {resized.Count} would be {size.Width}×{size.Height} pixels, but the first is "
                            + $"{resized[0].Width}×{resized[0].Height}; give a Height and a Width for all, or put "
                            + "images of different sizes into different batches.", nameof(images));
                resized.Add(Resize(image, size.Height, size.Width, fit));
            }
            return ImageTensors.ToTensor(resized, device);
        }
        finally
        {
            resized.ForEach(image => image.Dispose());
        }
    }

    /// <summary>Turns masks to grey, resizes them and rounds: 1 where a mask is at least half white, else 0.</summary>
    /// <param name="masks">One or more masks; they are not changed.</param>
    /// <param name="height">Height for all; null for each one's own.</param>
    /// <param name="width">Width for all.</param>
    /// <param name="fit">What to do about another aspect ratio.</param>
    /// <param name="device">Where the tensor goes; the CPU if null.</param>
    /// <returns>float32 [B, 1, height, width], 0 or 1.</returns>
    /// <exception cref="ArgumentException">As for <see cref="ToTensor"/>.</exception>
    public Tensor ToMask(IReadOnlyList<Image<Rgb24>> masks, int? height = null, int? width = null,
        ImageFit fit = ImageFit.Stretch, Device? device = null)
    {
        var grey = masks.Select(Grey).ToList();
        try
        {
            using var scope = NewDisposeScope();
            var levels = ToTensor(grey, height, width, fit, device).narrow(1, 0, 1).Plus(1) * Kept(127.5);
            return (levels >= Kept(MaskThreshold - 0.5)).to(ScalarType.Float32).MoveToOuterDisposeScope();
        }
        finally
        {
            grey.ForEach(image => image.Dispose());
        }
    }

    /// <summary>Checks tensors of images or masks.</summary>
    /// <param name="images">Should be [B, <paramref name="channels"/>, H, W], both sides multiples of the
    /// factor.</param>
    /// <param name="what">Name for the message.</param>
    /// <param name="channels">Number of channels.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal void RequireBatch(Tensor images, string what, long channels)
    {
        ShapeCheck.Require(what, images, ShapeCheck.Any, channels, ShapeCheck.Any, ShapeCheck.Any);
        if (images.shape[2] % scaleFactor != 0 || images.shape[3] % scaleFactor != 0)
            throw new ArgumentException(
                $"The {what} are {images.shape[3]}×{images.shape[2]} pixels, but this autoencoder works on multiples "
                    + $"of {scaleFactor}.");
    }

    // length · numerator / denominator, rounded up.
    private static long CeilingOf(long length, long numerator, long denominator) =>
        (length * numerator + denominator - 1) / denominator;

    private static Image<Rgb24> Grey(Image<Rgb24> image)
    {
        var pixels = new Rgb24[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        foreach (ref var pixel in pixels.AsSpan())
        {
            var level = (byte)((RedWeight * pixel.R + GreenWeight * pixel.G + BlueWeight * pixel.B + Half) >> 16);
            pixel = new Rgb24(level, level, level);
        }
        return Image.LoadPixelData<Rgb24>(pixels.AsSpan(), image.Width, image.Height);
    }

    private void RequireMultiple(string name, int? size)
    {
        if (size is { } given && (given < scaleFactor || given % scaleFactor != 0))
            throw new ArgumentException(
                $"{name} is {given} pixels, but this autoencoder works on multiples of {scaleFactor}: take "
                    + $"{Math.Max(RoundDown(given), scaleFactor)} or "
                    + $"{RoundDown(Math.Max(given, 0)) + scaleFactor}.", name.ToLowerInvariant());
    }

    private int RoundDown(int size) => (int)(size - size % scaleFactor);
}

/// <summary>How an image is brought to a size of another aspect ratio.</summary>
public enum ImageFit
{
    /// <summary>Height and width are scaled apart (VaeImageProcessor's mode <c>default</c>).</summary>
    Stretch,

    /// <summary>The image is scaled until it covers the size, and the middle is cut out (mode <c>crop</c>).</summary>
    Crop,
}
