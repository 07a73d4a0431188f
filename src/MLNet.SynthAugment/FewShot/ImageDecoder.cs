using MLNet.SynthAugment.Diffusion.ImageSets;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Decodes the image files of a view's rows.</summary>
internal sealed class ImageDecoder(long maxPixels)
{
    private readonly BoundedImageDecoder _decoder = new(maxPixels);

    /// <exception cref="UnreadableImageException">The file cannot be read; the message names it.</exception>
    public Image<Rgb24> DecodeFile(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or UnreadableImageException)
        {
            throw new UnreadableImageException($"'{path}': {error.Message}", error);
        }
    }

    /// <exception cref="UnreadableImageException">The bytes are no image within the bounds.</exception>
    public Image<Rgb24> Decode(byte[] content) =>
        _decoder.TryDecode(content, out var image, out var reason) ? image : throw new UnreadableImageException(reason);
}
