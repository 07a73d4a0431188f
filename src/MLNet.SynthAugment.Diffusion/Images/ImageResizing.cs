using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>
/// Resizing and cropping as the Python image libraries do it, so that published models see what they were trained on.
/// </summary>
public static class ImageResizing
{
    /// <summary>
    /// The longer edge of a resized image has at most so many times the length of the shorter one: what is beyond is
    /// cut off at both ends before, so that a line of pixels does not become a picture of gigabytes.
    /// </summary>
    public const int MaxAspectRatio = 8;

    /// <summary>Stretches an image to a size.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="resampler">The kernel, such as <see cref="KnownResamplers.Triangle"/> for bilinear.</param>
    /// <returns>A new image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static Image<Rgb24> Resize(Image<Rgb24> image, int width, int height, IResampler resampler)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        // Two passes with rounding to bytes between them: a single one differs by up to 10 levels at hard edges.
        return IsLargerBetween(image, width, height)
            ? image.Clone(context => context.Resize(image.Width, height, resampler).Resize(width, height, resampler))
            : image.Clone(context => context.Resize(width, image.Height, resampler).Resize(width, height, resampler));
    }

    /// <summary>
    /// Brings the shorter edge to a length and keeps the aspect ratio, of images beyond <see cref="MaxAspectRatio"/>
    /// that of their middle.
    /// </summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="edge">New length of the shorter edge in pixels, at least 1.</param>
    /// <param name="resampler">The kernel.</param>
    /// <returns>A new image; its longer edge is rounded down.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public static Image<Rgb24> ResizeShortestEdge(Image<Rgb24> image, int edge, IResampler resampler)
    {
        var longest = MaxAspectRatio * (long)Math.Min(image.Width, image.Height);
        using var cropped = Middle(image, longest, longest);
        var part = cropped ?? image;
        return part.Width <= part.Height
            ? Resize(part, edge, checked((int)((long)edge * part.Height / part.Width)), resampler)
            : Resize(part, checked((int)((long)edge * part.Width / part.Height)), edge, resampler);
    }

    /// <summary>Cuts the middle out.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="width">Width to keep, 1 to the image's width.</param>
    /// <param name="height">Height to keep, 1 to the image's height.</param>
    /// <param name="offset">Where an odd remainder goes; torchvision's way if not given.</param>
    /// <returns>A new image.</returns>
    /// <exception cref="ArgumentException">The image is smaller than that.</exception>
    public static Image<Rgb24> CenterCrop(
        Image<Rgb24> image, int width, int height, CropOffset offset = CropOffset.RoundHalfToEven) =>
        Crop(image, Half(image.Width - width, offset), Half(image.Height - height, offset), width, height);

    /// <summary>Cuts a rectangle out.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Width to keep.</param>
    /// <param name="height">Height to keep.</param>
    /// <returns>A new image.</returns>
    /// <exception cref="ArgumentException">The rectangle is empty or leaves the image.</exception>
    public static Image<Rgb24> Crop(Image<Rgb24> image, int left, int top, int width, int height)
    {
        if (width < 1 || height < 1 || left < 0 || top < 0 || left > image.Width - width || top > image.Height - height)
            throw new ArgumentException(
                $"A {width}×{height} rectangle at ({left}, {top}) does not lie inside an image of "
                    + $"{image.Width}×{image.Height} pixels.");
        return image.Clone(context => context.Crop(new Rectangle(left, top, width, height)));
    }

    /// <summary>The middle of an image that is larger than that in a direction.</summary>
    /// <returns>A new image; null for an image that is not.</returns>
    internal static Image<Rgb24>? Middle(Image<Rgb24> image, long maxWidth, long maxHeight)
    {
        var (width, height) = ((int)Math.Min(image.Width, maxWidth), (int)Math.Min(image.Height, maxHeight));
        return width == image.Width && height == image.Height ? null : CenterCrop(image, width, height);
    }

    // Whether the image between the two passes, as wide as the new one and as high as the old, would have far more
    // pixels than either.
    private static bool IsLargerBetween(Image<Rgb24> image, int width, int height) =>
        (long)width * image.Height > 2 * Math.Max((long)image.Width * image.Height, (long)width * height);

    // Math.Round rounds halves to even.
    private static int Half(int remainder, CropOffset offset) => offset == CropOffset.RoundDown
        ? (int)Math.Floor(remainder / 2.0)
        : (int)Math.Round(remainder / 2.0);
}

/// <summary>Where the middle of an image begins when an odd number of rows or columns is left over.</summary>
public enum CropOffset
{
    /// <summary>
    /// Half the remainder rounded to the even neighbour: torchvision's CenterCrop, OpenAI's preprocessing.
    /// </summary>
    RoundHalfToEven,

    /// <summary>Half the remainder rounded down: transformers' image processors.</summary>
    RoundDown,
}
