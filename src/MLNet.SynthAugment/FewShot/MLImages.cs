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

/// <summary>Hands out the images of a column so that their reader owns them, whoever owned them before.</summary>
/// <remarks>
/// A getter of ML.NET's transforms is handed the image that it gave before, disposes it and makes a new one. A view
/// over objects in memory knows no such rule: it gives the very image that the object holds, and whoever disposes it,
/// as the next getter or step does, disposes the user's. Asked twice for one row, the first kind gives two images, the
/// second the same one. Of such an image a copy is handed out, and it is never handed back.
/// </remarks>
internal sealed class OwnedImages
{
    private readonly ValueGetter<MLImage> _getter;
    private bool? _areShared;

    private OwnedImages(ValueGetter<MLImage> getter) => _getter = getter;

    /// <summary>A getter of images that are the caller's, over one whose images may be somebody else's.</summary>
    public static ValueGetter<MLImage> Create(ValueGetter<MLImage> getter) => new OwnedImages(getter).Get;

    private void Get(ref MLImage value)
    {
        if (_areShared == false)
        {
            _getter(ref value);
            return;
        }
        MLImage? image = null;
        _getter(ref image!);
        if (image is not null && _areShared is null)
            image = FindOut(image);
        var owned = image is not null && _areShared == true ? MLImages.Copy(image) : image;
        value?.Dispose();
        value = owned!;
    }

    private MLImage FindOut(MLImage image)
    {
        MLImage? again = null;
        _getter(ref again!);
        _areShared = ReferenceEquals(image, again);
        if (_areShared == false)
            image.Dispose();
        return again;
    }
}
