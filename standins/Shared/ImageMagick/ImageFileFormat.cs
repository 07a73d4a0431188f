namespace StandIns.ImageMagick;

/// <summary>The file formats handed to ImageMagick, named as ImageMagick names its coders.</summary>
internal enum ImageFileFormat
{
    Png,
    Jpeg,
    Gif,
    Bmp,
    Webp,
    Tiff,
}

/// <summary>Tells formats by their first bytes, so that ImageMagick never has to guess.</summary>
internal static class ImageFileFormats
{
    internal static ImageFileFormat? Detect(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFileFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => ImageFileFormat.Jpeg,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFileFormat.Gif,
        [(byte)'B', (byte)'M', ..] => ImageFileFormat.Bmp,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFileFormat.Webp,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => ImageFileFormat.Tiff,
        _ => null,
    };

    internal static string CoderName(this ImageFileFormat format) => format.ToString().ToUpperInvariant();
}
