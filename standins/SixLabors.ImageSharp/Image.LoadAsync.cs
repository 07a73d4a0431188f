using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

public abstract partial class Image
{
    public static Task<Image> LoadAsync(string path, CancellationToken cancellationToken = default) =>
        LoadAsync(_defaultOptions, path, cancellationToken);

    public static Task<Image> LoadAsync(Stream stream, CancellationToken cancellationToken = default) =>
        LoadAsync(_defaultOptions, stream, cancellationToken);

    public static async Task<Image> LoadAsync(DecoderOptions options, string path, CancellationToken cancellationToken = default) =>
        FileDecoder.Decode(options, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));

    public static async Task<Image> LoadAsync(DecoderOptions options, Stream stream, CancellationToken cancellationToken = default) =>
        FileDecoder.Decode(options, await ReadFromHereAsync(stream, cancellationToken).ConfigureAwait(false));

    public static Task<Image<TPixel>> LoadAsync<TPixel>(string path, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
        => LoadAsync<TPixel>(_defaultOptions, path, cancellationToken);

    public static Task<Image<TPixel>> LoadAsync<TPixel>(Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
        => LoadAsync<TPixel>(_defaultOptions, stream, cancellationToken);

    public static async Task<Image<TPixel>> LoadAsync<TPixel>(DecoderOptions options, string path, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
        => FileDecoder.Decode<TPixel>(options, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));

    public static async Task<Image<TPixel>> LoadAsync<TPixel>(DecoderOptions options, Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
        => FileDecoder.Decode<TPixel>(options, await ReadFromHereAsync(stream, cancellationToken).ConfigureAwait(false));

    private static async Task<byte[]> ReadFromHereAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        return copy.ToArray();
    }
}
