using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using StandIns.ImageMagick;

namespace SixLabors.ImageSharp.Formats;

public abstract class ImageEncoder : IImageEncoder
{
    private protected ImageEncoder()
    {
    }

    public bool SkipMetadata { get; init; }

    public void Encode<TPixel>(Image<TPixel> image, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
        => stream.Write(EncodeToBytes(image));

    public async Task EncodeAsync<TPixel>(Image<TPixel> image, Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        cancellationToken.ThrowIfCancellationRequested();
        await stream.WriteAsync(EncodeToBytes(image), cancellationToken).ConfigureAwait(false);
    }

    internal abstract byte[] EncodeToBytes<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>;

    /// <summary>Converts the pixels to <typeparamref name="TStored"/> and encodes them as samples of type <typeparamref name="TSample"/>.</summary>
    private protected static byte[] Encode<TPixel, TStored, TSample>(
        Image<TPixel> image, string map, string coder, int quality, IReadOnlyDictionary<string, string> options, (byte[] Profile, int Orientation)? exif = null)
        where TPixel : unmanaged, IPixel<TPixel>
        where TStored : unmanaged, IPixel<TStored>
        where TSample : unmanaged
    {
        var stored = new TStored[image.Buffer.Pixels.Length];
        PixelConversion.Convert<TPixel, TStored>(image.Buffer.Pixels, stored);
        return ImageWriter.Encode(MemoryMarshal.Cast<TStored, TSample>(stored), image.Width, image.Height, map, coder, quality, options, exif);
    }
}
