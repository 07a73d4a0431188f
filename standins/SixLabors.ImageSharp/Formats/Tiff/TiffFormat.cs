namespace SixLabors.ImageSharp.Formats.Tiff;

internal sealed class TiffFormat : IImageFormat
{
    private TiffFormat()
    {
    }

    public static TiffFormat Instance { get; } = new();

    public string Name => "TIFF";

    public string DefaultMimeType => "image/tiff";

    public IEnumerable<string> MimeTypes { get; } = ["image/tiff", "image/tiff-fx"];

    public IEnumerable<string> FileExtensions { get; } = ["tiff", "tif"];
}
