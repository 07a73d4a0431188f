using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Decodes untrusted image files: the size is looked at before any pixel is decoded.</summary>
internal sealed class ImageDecoder
{
    private readonly long _maxPixels;
    private readonly DecoderOptions _options;

    public ImageDecoder(long maxPixels)
    {
        _maxPixels = maxPixels;
        var configuration = Configuration.Default.Clone();
        // 8 bytes a pixel (16-bit RGBA) is the most any format decodes to, beside a decoder's own buffers.
        var megabytes = (int)Math.Clamp(maxPixels * 8 / (1 << 20) + 64, 64, 1 << 20);
        configuration.MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = megabytes });
        _options = new DecoderOptions { Configuration = configuration, MaxFrames = 1 };
    }

    public Image<Rgb24> DecodeFile(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UnreadableImageException($"'{path}': {error.Message}", error);
        }
        try
        {
            return Decode(bytes);
        }
        catch (UnreadableImageException error)
        {
            throw new UnreadableImageException($"'{path}': {error.Message}", error);
        }
    }

    public Image<Rgb24> Decode(byte[] bytes)
    {
        if (bytes.Length == 0)
            throw new UnreadableImageException("it is empty");
        try
        {
            var info = Image.Identify(_options, bytes);
            if ((long)info.Width * info.Height > _maxPixels)
                throw new UnreadableImageException($"its {info.Width} × {info.Height} pixels are more than the {_maxPixels} that MaxImagePixels allows");
            var image = Image.Load<Rgb24>(_options, bytes);
            image.Mutate(context => context.AutoOrient());
            return image;
        }
        // Damaged files make decoders throw exceptions of many types: all mean that the file is bad.
        catch (Exception error) when (error is not (UnreadableImageException or OutOfMemoryException))
        {
            throw new UnreadableImageException(error.Message.ReplaceLineEndings(" "), error);
        }
    }
}
