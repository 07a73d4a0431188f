using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.FewShot;

/// <summary>One real image of a class: an example the synthesis may learn from.</summary>
public sealed class Shot
{
    private readonly ShotFolder _folder;

    internal Shot(long row, string imageHash, ShotFolder folder)
    {
        Row = row;
        ImageHash = imageHash;
        _folder = folder;
    }

    /// <summary>The row of the training view the image came from, counted from 0.</summary>
    public long Row { get; }

    /// <summary>SHA-256 (lower-case hexadecimal) of the image's size and RGB pixels.</summary>
    public string ImageHash { get; }

    /// <summary>Reads the image, in its own size.</summary>
    /// <returns>A new image that the caller disposes.</returns>
    public Image<Rgb24> OpenImage() => _folder.Open(ImageHash);

    internal void CopyTo(ShotFolder folder) => _folder.CopyTo(folder, ImageHash);
}
