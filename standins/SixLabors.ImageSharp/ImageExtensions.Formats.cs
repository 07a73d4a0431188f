using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;

namespace SixLabors.ImageSharp;

public static partial class ImageExtensions
{
    public static void SaveAsPng(this Image source, string path) => source.Save(path, new PngEncoder());

    public static void SaveAsPng(this Image source, string path, PngEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsPng(this Image source, Stream stream) => source.Save(stream, new PngEncoder());

    public static void SaveAsPng(this Image source, Stream stream, PngEncoder encoder) => source.Save(stream, encoder);

    public static Task SaveAsPngAsync(this Image source, string path) => source.SaveAsync(path, new PngEncoder());

    public static Task SaveAsPngAsync(this Image source, string path, CancellationToken cancellationToken) =>
        source.SaveAsync(path, new PngEncoder(), cancellationToken);

    public static Task SaveAsPngAsync(this Image source, string path, PngEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, encoder, cancellationToken);

    public static Task SaveAsPngAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, new PngEncoder(), cancellationToken);

    public static Task SaveAsPngAsync(this Image source, Stream stream, PngEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, encoder, cancellationToken);

    public static void SaveAsJpeg(this Image source, string path) => source.Save(path, new JpegEncoder());

    public static void SaveAsJpeg(this Image source, string path, JpegEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsJpeg(this Image source, Stream stream) => source.Save(stream, new JpegEncoder());

    public static void SaveAsJpeg(this Image source, Stream stream, JpegEncoder encoder) => source.Save(stream, encoder);

    public static Task SaveAsJpegAsync(this Image source, string path) => source.SaveAsync(path, new JpegEncoder());

    public static Task SaveAsJpegAsync(this Image source, string path, CancellationToken cancellationToken) =>
        source.SaveAsync(path, new JpegEncoder(), cancellationToken);

    public static Task SaveAsJpegAsync(this Image source, string path, JpegEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, encoder, cancellationToken);

    public static Task SaveAsJpegAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, new JpegEncoder(), cancellationToken);

    public static Task SaveAsJpegAsync(this Image source, Stream stream, JpegEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, encoder, cancellationToken);

    public static void SaveAsBmp(this Image source, string path) => source.Save(path, new BmpEncoder());

    public static void SaveAsBmp(this Image source, string path, BmpEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsBmp(this Image source, Stream stream) => source.Save(stream, new BmpEncoder());

    public static void SaveAsBmp(this Image source, Stream stream, BmpEncoder encoder) => source.Save(stream, encoder);

    public static Task SaveAsBmpAsync(this Image source, string path) => source.SaveAsync(path, new BmpEncoder());

    public static Task SaveAsBmpAsync(this Image source, string path, CancellationToken cancellationToken) =>
        source.SaveAsync(path, new BmpEncoder(), cancellationToken);

    public static Task SaveAsBmpAsync(this Image source, string path, BmpEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, encoder, cancellationToken);

    public static Task SaveAsBmpAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, new BmpEncoder(), cancellationToken);

    public static Task SaveAsBmpAsync(this Image source, Stream stream, BmpEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, encoder, cancellationToken);

    public static void SaveAsGif(this Image source, string path) => source.Save(path, new GifEncoder());

    public static void SaveAsGif(this Image source, string path, GifEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsGif(this Image source, Stream stream) => source.Save(stream, new GifEncoder());

    public static void SaveAsGif(this Image source, Stream stream, GifEncoder encoder) => source.Save(stream, encoder);

    public static Task SaveAsGifAsync(this Image source, string path) => source.SaveAsync(path, new GifEncoder());

    public static Task SaveAsGifAsync(this Image source, string path, CancellationToken cancellationToken) =>
        source.SaveAsync(path, new GifEncoder(), cancellationToken);

    public static Task SaveAsGifAsync(this Image source, string path, GifEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, encoder, cancellationToken);

    public static Task SaveAsGifAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, new GifEncoder(), cancellationToken);

    public static Task SaveAsGifAsync(this Image source, Stream stream, GifEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, encoder, cancellationToken);

    public static void SaveAsWebp(this Image source, string path) => source.Save(path, new WebpEncoder());

    public static void SaveAsWebp(this Image source, string path, WebpEncoder encoder) => source.Save(path, encoder);

    public static void SaveAsWebp(this Image source, Stream stream) => source.Save(stream, new WebpEncoder());

    public static void SaveAsWebp(this Image source, Stream stream, WebpEncoder encoder) => source.Save(stream, encoder);

    public static Task SaveAsWebpAsync(this Image source, string path) => source.SaveAsync(path, new WebpEncoder());

    public static Task SaveAsWebpAsync(this Image source, string path, CancellationToken cancellationToken) =>
        source.SaveAsync(path, new WebpEncoder(), cancellationToken);

    public static Task SaveAsWebpAsync(this Image source, string path, WebpEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, encoder, cancellationToken);

    public static Task SaveAsWebpAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, new WebpEncoder(), cancellationToken);

    public static Task SaveAsWebpAsync(this Image source, Stream stream, WebpEncoder encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, encoder, cancellationToken);
}
