using Microsoft.ML.Data;
using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Makes RGB pixels of the images of a view's rows, and counts those that leave a choice.</summary>
internal sealed class ImageDecoder(long maxPixels, ImageReading reading)
{
    private readonly BoundedImageDecoder _decoder = new(maxPixels, reading);
    private int _read;
    private int _oriented;
    private int _transparent;

    public ImageReading Reading => reading;

    /// <summary>What was read up to now.</summary>
    public ImageCounts Counts => new(_read, _oriented, _transparent);

    /// <exception cref="UnreadableImageException">The file cannot be read, or has more than 64 MiB; the message names
    /// it.</exception>
    public Image<Rgb24> DecodeFile(string path)
    {
        try
        {
            // The size of a link is its target's.
            var length = new FileInfo(RealPaths.Of(Path.GetFullPath(path)) ?? path).Length;
            var entry = new ImageEntry("", path, length, () => File.OpenRead(path));
            return BoundedImageDecoder.TryRead(entry, out var content, out var reason)
                ? Decode(content) : throw new UnreadableImageException(reason);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or UnreadableImageException)
        {
            throw new UnreadableImageException($"'{path}': {error.Message}", error);
        }
    }

    /// <summary>
    /// The pixels of an image that was decoded elsewhere; it cannot be turned, as it does not say how it lies.
    /// </summary>
    /// <exception cref="UnreadableImageException">It is larger than what is decoded here, or its pixel format is
    /// unknown.</exception>
    public Image<Rgb24> Compose(MLImage image)
    {
        if (_decoder.ReasonToRefuse(image.Width, image.Height) is { } reason)
            throw new UnreadableImageException(reason);
        var pixels = MLImages.ToRgb(image, reading.Ground, out var isTransparent);
        return Count(new DecodedImage(pixels, StatesOrientation: false, isTransparent));
    }

    /// <exception cref="UnreadableImageException">The bytes are no image within the bounds.</exception>
    public Image<Rgb24> Decode(byte[] content) =>
        _decoder.TryExamine(content, out var image, out var reason)
            ? Count(image)
            : throw new UnreadableImageException(reason);

    // Rows may be scored by several threads.
    private Image<Rgb24> Count(DecodedImage image)
    {
        Interlocked.Increment(ref _read);
        if (image.StatesOrientation)
            Interlocked.Increment(ref _oriented);
        if (image.IsTransparent)
            Interlocked.Increment(ref _transparent);
        return image.Pixels;
    }
}
