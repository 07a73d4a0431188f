using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

public abstract partial class Image
{
    private static readonly DecoderOptions _defaultOptions = new();

    public static IImageFormat DetectFormat(ReadOnlySpan<byte> buffer) => ImageFormatManager.Of(FileDecoder.Detect(NotEmpty(buffer)));

    public static IImageFormat DetectFormat(string path) => DetectFormat(File.ReadAllBytes(path));

    public static IImageFormat DetectFormat(Stream stream) => DetectFormat(ReadFromHere(stream));

    public static ImageInfo Identify(ReadOnlySpan<byte> buffer) => FileDecoder.Identify(NotEmpty(buffer));

    public static ImageInfo Identify(string path) => FileDecoder.Identify(File.ReadAllBytes(path));

    public static ImageInfo Identify(Stream stream) => FileDecoder.Identify(ReadFromHere(stream));

    public static ImageInfo Identify(DecoderOptions options, ReadOnlySpan<byte> buffer) => FileDecoder.Identify(NotEmpty(buffer));

    public static ImageInfo Identify(DecoderOptions options, string path) => FileDecoder.Identify(File.ReadAllBytes(path));

    public static ImageInfo Identify(DecoderOptions options, Stream stream) => FileDecoder.Identify(ReadFromHere(stream));

    public static Image Load(ReadOnlySpan<byte> buffer) => Load(_defaultOptions, buffer);

    public static Image Load(string path) => Load(_defaultOptions, path);

    public static Image Load(Stream stream) => Load(_defaultOptions, stream);

    public static Image Load(DecoderOptions options, ReadOnlySpan<byte> buffer) => FileDecoder.Decode(options, NotEmpty(buffer));

    public static Image Load(DecoderOptions options, string path) => FileDecoder.Decode(options, File.ReadAllBytes(path));

    public static Image Load(DecoderOptions options, Stream stream) => FileDecoder.Decode(options, ReadFromHere(stream));

    public static Image<TPixel> Load<TPixel>(ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel>
        => Load<TPixel>(_defaultOptions, data);

    public static Image<TPixel> Load<TPixel>(string path)
        where TPixel : unmanaged, IPixel<TPixel>
        => Load<TPixel>(_defaultOptions, path);

    public static Image<TPixel> Load<TPixel>(Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
        => Load<TPixel>(_defaultOptions, stream);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel>
        => FileDecoder.Decode<TPixel>(options, NotEmpty(data));

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, string path)
        where TPixel : unmanaged, IPixel<TPixel>
        => FileDecoder.Decode<TPixel>(options, File.ReadAllBytes(path));

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
        => FileDecoder.Decode<TPixel>(options, ReadFromHere(stream));

    private static ReadOnlySpan<byte> NotEmpty(ReadOnlySpan<byte> buffer) =>
        buffer.IsEmpty ? throw new ArgumentNullException(nameof(buffer), "There are no bytes to read an image from.") : buffer;

    /// <summary>The rest of the stream, from its position on.</summary>
    private static byte[] ReadFromHere(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
            throw new NotSupportedException("Cannot read from the stream.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
