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

    /// <summary>
    /// What the image shows, from <see cref="SynthesizeFewShotEstimator.Options.CaptionColumnName"/>; null if the row
    /// has no caption.
    /// </summary>
    public string? Caption { get; internal init; }

    /// <summary>
    /// The hash of the mask's pixels, as <see cref="ImageHash"/>; null if the row has no readable mask.
    /// </summary>
    public string? MaskHash { get; internal init; }

    /// <summary>What the row says of itself.</summary>
    internal RowOrigin Origin { get; init; } = RowOrigin.Unknown;

    /// <summary>Reads the image, in its own size.</summary>
    /// <returns>A new image that the caller disposes.</returns>
    public Image<Rgb24> OpenImage() => _folder.Open(ImageHash);

    /// <summary>Reads the mask, white where the object is, in the image's size.</summary>
    /// <returns>A new image that the caller disposes; null if the shot has no mask.</returns>
    public Image<Rgb24>? OpenMask() => MaskHash is null ? null : _folder.Open(MaskHash);

    internal void CopyTo(ShotFolder folder)
    {
        _folder.CopyTo(folder, ImageHash);
        if (MaskHash is not null)
            _folder.CopyTo(folder, MaskHash);
    }
}
