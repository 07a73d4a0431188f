using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Logging;

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
            when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException
                or UnreadableImageException)
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

/// <summary>How many images were read, and how many of them left a choice.</summary>
/// <param name="Read">All of them.</param>
/// <param name="Oriented">Those whose file carries an EXIF orientation other than upright.</param>
/// <param name="Transparent">Those with pixels that are not opaque.</param>
internal readonly record struct ImageCounts(int Read, int Oriented, int Transparent)
{
    /// <summary>What was done about them, a sentence for each choice that there was.</summary>
    public IEnumerable<string> Describe(ImageReading reading)
    {
        if (Oriented > 0)
            yield return DescribeOrientation(reading) + ".";
        if (Transparent > 0)
            yield return DescribeGround(reading) + ".";
    }

    /// <summary>
    /// Tells it of shots, whose synthetic images come as they do, beside what ML.NET shows a classifier of real rows.
    /// </summary>
    public void Tell(ImageReading reading, SynthesisLog log)
    {
        if (Oriented > 0 && reading.Orientation == ImageOrientation.AsStored)
        {
            log.Warn($"{DescribeOrientation(reading)}, as ML.NET's LoadImages reads them, and the synthetic images lie "
                + "as they do. If what reads your images turns them, set Options.ImageOrientation to Upright; "
                + "otherwise save them upright, which is better to learn from.");
        }
        else if (Oriented > 0)
        {
            log.Info($"{DescribeOrientation(reading)}, and so are the synthetic images. ML.NET's LoadImages does not "
                + "turn images: read the real ones with something that does.");
        }
        if (Transparent > 0 && reading.GroundName == ImageReading.NameOf(Color.Black))
        {
            log.Info($"{DescribeGround(reading)}, as ML.NET's ExtractPixels shows them.");
        }
        else if (Transparent > 0)
        {
            log.Warn($"{DescribeGround(reading)}, and the synthetic images have that ground. ML.NET's ExtractPixels "
                + "shows a classifier black in the places of real rows: save the images on one colour, "
                + "or set Options.ImageGround to black.");
        }
    }

    private string DescribeOrientation(ImageReading reading)
    {
        var done = reading.Orientation == ImageOrientation.Upright
            ? "turned upright"
            : "read as they are stored, not turned";
        return $"{Oriented} of {Read} images carry an EXIF orientation and are {done}";
    }

    private string DescribeGround(ImageReading reading) =>
        $"{Transparent} of {Read} images are transparent in places and are composed on {reading.GroundName}";
}

/// <summary>An image that cannot be read; the message says which and why, without the row.</summary>
internal sealed class UnreadableImageException(string message, Exception? inner = null) : Exception(
    message.TrimEnd('.'), inner);
