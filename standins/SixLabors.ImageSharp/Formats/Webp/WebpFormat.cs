namespace SixLabors.ImageSharp.Formats.Webp;

public sealed class WebpFormat : IImageFormat
{
    private WebpFormat()
    {
    }

    public static WebpFormat Instance { get; } = new();

    public string Name => "WEBP";

    public string DefaultMimeType => "image/webp";

    public IEnumerable<string> MimeTypes { get; } = ["image/webp"];

    public IEnumerable<string> FileExtensions { get; } = ["webp"];
}
