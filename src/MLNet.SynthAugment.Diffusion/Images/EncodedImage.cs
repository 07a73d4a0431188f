using SkiaSharp;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>
/// Image files, decoded by Skia's codecs, with which ML.NET itself reads images. One rule holds for the pixels: the
/// first frame, turned and composed as asked for, as 8-bit RGB. Colour profiles are not applied, as in ML.NET.
/// </summary>
internal static class EncodedImage
{
    private const string BreaksOff = "it breaks off before its end";

    /// <summary>Decodes a file in memory.</summary>
    /// <param name="content">The file.</param>
    /// <param name="reading">How it is turned, and what it is composed on.</param>
    /// <param name="reasonToRefuse">Gets the width and height in pixels before any pixel is decoded; null to go
    /// on.</param>
    /// <returns>A new image.</returns>
    /// <exception cref="InvalidDataException">There is no image, for the reason in the message, which has no full
    /// stop.</exception>
    public static DecodedImage Decode(byte[] content, ImageReading reading, Func<int, int, string?> reasonToRefuse)
    {
        if (!ImageFileKind.IsReadable(content, out var format, out var reason))
            throw new InvalidDataException(reason);
        var damaged = $"its {format} content is damaged";
        using var data = SKData.CreateCopy(content);
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException(damaged);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((reasonToRefuse(width, height) ?? (TruncatedImages.BreaksOff(content) ? BreaksOff : null)) is { } refusal)
            throw new InvalidDataException(refusal);

        // The reader of PNG files passes their orientation over.
        var orientation = PngOrientation.Read(content) ?? codec.EncodedOrigin;
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var bitmap = new SKBitmap(info);
        switch (codec.GetPixels(info, bitmap.GetPixels()))
        {
            case SKCodecResult.Success:
                var turned = reading.Orientation == ImageOrientation.Upright ? orientation : SKEncodedOrigin.TopLeft;
                var pixels = AlphaPixels.Compose(
                    bitmap.GetPixelSpan(), width, height, PixelOrder.Rgba, reading.Ground, out var isTransparent,
                    turned);
                return new DecodedImage(pixels, orientation != SKEncodedOrigin.TopLeft, isTransparent);
            case SKCodecResult.IncompleteInput:
                throw new InvalidDataException(BreaksOff);
            default:
                throw new InvalidDataException(damaged);
        }
    }
}

/// <summary>The pixels of an image, and what in it left a choice.</summary>
/// <param name="Pixels">The pixels.</param>
/// <param name="StatesOrientation">Whether the file says that its pixels do not lie upright.</param>
/// <param name="IsTransparent">Whether any pixel was not opaque.</param>
internal sealed record DecodedImage(Image<Rgb24> Pixels, bool StatesOrientation, bool IsTransparent) : IDisposable
{
    public void Dispose() => Pixels.Dispose();
}

/// <summary>
/// Finds image files that end early though their pixels are whole: what is missing may be the orientation. Missing
/// pixels are found by the decoders.
/// </summary>
internal static class TruncatedImages
{
    /// <summary>Whether a PNG, WebP or GIF file ends before its format's end.</summary>
    public static bool BreaksOff(ReadOnlySpan<byte> content) => content switch
    {
        _ when PngChunks.IsPng(content) => !PngChunks.TryFind(content, "IEND", out _),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] =>
            content.Length - 8 < BinaryPrimitives.ReadUInt32LittleEndian(content[4..]),
        // The trailer; some writers put zeros after it.
        [(byte)'G', (byte)'I', (byte)'F', ..] => content.TrimEnd((byte)0) is not [.., 0x3B],
        _ => false,
    };
}
