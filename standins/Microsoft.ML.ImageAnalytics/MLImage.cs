using StandIns.ImageMagick;

namespace Microsoft.ML.Data;

/// <summary>An image of 32 bits a pixel. Whoever got it owns it; disposed, it throws on every use.</summary>
public sealed class MLImage : IDisposable
{
    private static readonly Dictionary<string, string> s_coders = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "PNG",
        [".jpg"] = "JPEG",
        [".jpeg"] = "JPEG",
        [".webp"] = "WEBP",
    };

    // Extensions the real package knows, but has no encoder for.
    private static readonly HashSet<string> s_notSupported = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".gif", ".ico", ".astc", ".avif", ".dng", ".heif", ".ktx", ".pkm", ".wbmp",
    };

    private readonly MLPixelFormat _pixelFormat;
    private readonly int _width;
    private readonly int _height;
    private byte[] _pixels;
    private string _tag;

    internal MLImage(int width, int height, MLPixelFormat pixelFormat, byte[] pixels)
    {
        _width = width;
        _height = height;
        _pixelFormat = pixelFormat;
        _pixels = pixels;
    }

    public int Width => Live(_width);

    public int Height => Live(_height);

    public int BitsPerPixel => Live(32);

    public MLPixelFormat PixelFormat => Live(_pixelFormat);

    public ReadOnlySpan<byte> Pixels => LivePixels;

    public byte[] GetBGRPixels
    {
        get
        {
            var bgr = new byte[_width * _height * 3];
            var (red, blue) = RedAndBlue;
            for (int from = 0, to = 0; to < bgr.Length; from += 4, to += 3)
                (bgr[to], bgr[to + 1], bgr[to + 2]) = (LivePixels[from + blue], LivePixels[from + 1], LivePixels[from + red]);
            return bgr;
        }
    }

    public string Tag
    {
        get => Live(_tag);
        set => _tag = Live(value);
    }

    internal (int Red, int Blue) RedAndBlue => PixelFormat == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);

    private byte[] LivePixels => _pixels ?? throw new InvalidOperationException("Object is disposed.");

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        var encoded = File.Exists(imagePath) ? File.ReadAllBytes(imagePath) : [];
        return Decode(encoded) ?? throw new ArgumentException("Invalid path", nameof(imagePath));
    }

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        using var copy = new MemoryStream();
        imageStream.CopyTo(copy);
        return Decode(copy.ToArray()) ?? throw new ArgumentException("Invalid input stream contents", nameof(imageStream));
    }

    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
            throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        if (width <= 0)
            throw new ArgumentException("Invalid width value.", nameof(width));
        if (height <= 0)
            throw new ArgumentException("Invalid height value.", nameof(height));
        if (imagePixelData.Length != (long)width * height * 4)
            throw new ArgumentException("Invalid imagePixelData buffer size.");
        return new MLImage(width, height, pixelFormat, imagePixelData.ToArray());
    }

    public void Save(string imagePath)
    {
        var pixels = LivePixels;
        var extension = Path.GetExtension(imagePath);
        if (!s_coders.TryGetValue(extension, out var coder))
        {
            throw new ArgumentException(
                s_notSupported.Contains(extension)
                    ? $"Saving image with the format '{extension}' is not supported. Try save it with `Jpeg`, `Png`, or `Webp` format."
                    : "Path has invalid image file extension.",
                nameof(imagePath));
        }

        var map = _pixelFormat == MLPixelFormat.Rgba32 ? "RGBA" : "BGRA";
        var straight = PremultipliedAlpha.Remove(pixels);
        File.WriteAllBytes(imagePath, ImageWriter.Encode<byte>(straight, _width, _height, map, coder, quality: 100, options: []));
    }

    public void Dispose() => _pixels = null;

    private static MLImage Decode(byte[] encoded)
    {
        // The real package's decoder does not read TIFF.
        if (ImageFileFormats.Detect(encoded) is not { } format || format == ImageFileFormat.Tiff)
            return null;
        try
        {
            using var reader = ImageReader.Open(encoded, format);
            var pixels = PremultipliedAlpha.Apply(reader.Samples<byte>("BGRA"));
            return new MLImage(reader.Width, reader.Height, MLPixelFormat.Bgra32, pixels);
        }
        catch (MagickException)
        {
            return null;
        }
    }

    private T Live<T>(T value)
    {
        _ = LivePixels;
        return value;
    }
}

/// <summary>The order of the bytes of a pixel.</summary>
public enum MLPixelFormat
{
    Unknown = 0,
    Bgra32 = 1,
    Rgba32 = 2,
}
