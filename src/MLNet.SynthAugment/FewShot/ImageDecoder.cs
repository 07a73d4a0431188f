using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Decodes the image files of a view's rows.</summary>
internal sealed class ImageDecoder(long maxPixels)
{
    private readonly BoundedImageDecoder _decoder = new(maxPixels);

    /// <exception cref="UnreadableImageException">The file cannot be read, or has more than 64 MiB; the message names it.</exception>
    public Image<Rgb24> DecodeFile(string path)
    {
        try
        {
            var entry = new ImageEntry("", path, new FileInfo(path).Length, () => File.OpenRead(path));
            return BoundedImageDecoder.TryRead(entry, out var content, out var reason) ? Decode(content) : throw new UnreadableImageException(reason);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or UnreadableImageException)
        {
            throw new UnreadableImageException($"'{path}': {error.Message}", error);
        }
    }

    /// <summary>Refuses an image that was decoded elsewhere, if it is larger than what is decoded here.</summary>
    /// <exception cref="UnreadableImageException">It is.</exception>
    public void RequireSize(int width, int height)
    {
        if (_decoder.ReasonToRefuse(width, height) is { } reason)
            throw new UnreadableImageException(reason);
    }

    /// <exception cref="UnreadableImageException">The bytes are no image within the bounds.</exception>
    public Image<Rgb24> Decode(byte[] content) =>
        _decoder.TryDecode(content, out var image, out var reason) ? image : throw new UnreadableImageException(reason);
}
