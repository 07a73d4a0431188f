using System.Diagnostics.CodeAnalysis;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using StandIns.ImageMagick;

namespace SixLabors.ImageSharp.Formats;

public class ImageFormatManager
{
    private static readonly IImageFormat[] _formats =
        [PngFormat.Instance, JpegFormat.Instance, GifFormat.Instance, BmpFormat.Instance, WebpFormat.Instance, TiffFormat.Instance];

    internal ImageFormatManager()
    {
    }

    public IEnumerable<IImageFormat> ImageFormats => _formats;

    public bool TryFindFormatByFileExtension(string extension, [NotNullWhen(true)] out IImageFormat? format)
    {
        var bare = extension.TrimStart('.');
        format = _formats.FirstOrDefault(candidate => candidate.FileExtensions.Contains(bare, StringComparer.OrdinalIgnoreCase));
        return format is not null;
    }

    public bool TryFindFormatByMimeType(string mimeType, [NotNullWhen(true)] out IImageFormat? format)
    {
        format = _formats.FirstOrDefault(candidate => candidate.MimeTypes.Contains(mimeType, StringComparer.OrdinalIgnoreCase));
        return format is not null;
    }

    public IImageEncoder GetEncoder(IImageFormat format) => format switch
    {
        PngFormat => new PngEncoder(),
        JpegFormat => new JpegEncoder(),
        BmpFormat => new BmpEncoder(),
        GifFormat => new GifEncoder(),
        WebpFormat => new WebpEncoder(),
        _ => throw new NotSupportedException($"There is no encoder for {format.Name} here."),
    };

    internal static IImageFormat Of(ImageFileFormat format) => format switch
    {
        ImageFileFormat.Png => PngFormat.Instance,
        ImageFileFormat.Jpeg => JpegFormat.Instance,
        ImageFileFormat.Gif => GifFormat.Instance,
        ImageFileFormat.Bmp => BmpFormat.Instance,
        ImageFileFormat.Webp => WebpFormat.Instance,
        _ => TiffFormat.Instance,
    };
}
