using SixLabors.ImageSharp.Formats;

namespace SixLabors.ImageSharp;

public static partial class ImageExtensions
{
    public static void Save(this Image source, string path) => source.Save(path, EncoderForPath(source, path));

    public static void Save(this Image source, string path, IImageEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(encoder);
        using var stream = File.Create(path);
        source.Save(stream, encoder);
    }

    public static void Save(this Image source, Stream stream, IImageFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        source.Save(stream, source.Configuration.ImageFormatsManager.GetEncoder(format));
    }

    public static Task SaveAsync(this Image source, string path, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, EncoderForPath(source, path), cancellationToken);

    public static async Task SaveAsync(this Image source, string path, IImageEncoder encoder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(encoder);
        var stream = File.Create(path);
        await using (stream.ConfigureAwait(false))
        {
            await source.SaveAsync(stream, encoder, cancellationToken).ConfigureAwait(false);
        }
    }

    public static Task SaveAsync(this Image source, Stream stream, IImageFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        return source.SaveAsync(stream, source.Configuration.ImageFormatsManager.GetEncoder(format), cancellationToken);
    }

    private static IImageEncoder EncoderForPath(Image source, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var manager = source.Configuration.ImageFormatsManager;
        var extension = Path.GetExtension(path);
        if (!manager.TryFindFormatByFileExtension(extension, out var format))
            throw new UnknownImageFormatException($"No encoder was found for extension '{extension}'.");
        return manager.GetEncoder(format);
    }
}
