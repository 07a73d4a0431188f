using SixLabors.ImageSharp.Metadata.Profiles.Exif;

namespace SixLabors.ImageSharp.Processing;

public static class AutoOrientExtensions
{
    /// <summary>Turns the image upright as its EXIF orientation says, and sets the tag to upright.</summary>
    public static IImageProcessingContext AutoOrient(this IImageProcessingContext source)
    {
        var profile = ((ImageProcessingContext)source).Metadata.ExifProfile;
        if (profile is null || !profile.TryGetValue(ExifTag.Orientation, out var orientation))
            return source;
        var (rotation, flip) = orientation.Value switch
        {
            ExifOrientationMode.TopRight => (RotateMode.None, FlipMode.Horizontal),
            ExifOrientationMode.BottomRight => (RotateMode.Rotate180, FlipMode.None),
            ExifOrientationMode.BottomLeft => (RotateMode.None, FlipMode.Vertical),
            ExifOrientationMode.LeftTop => (RotateMode.Rotate90, FlipMode.Horizontal),
            ExifOrientationMode.RightTop => (RotateMode.Rotate90, FlipMode.None),
            ExifOrientationMode.RightBottom => (RotateMode.Rotate270, FlipMode.Horizontal),
            ExifOrientationMode.LeftBottom => (RotateMode.Rotate270, FlipMode.None),
            _ => (RotateMode.None, FlipMode.None),
        };
        profile.SetValue(ExifTag.Orientation, ExifOrientationMode.TopLeft);
        return source.RotateFlip(rotation, flip);
    }
}
