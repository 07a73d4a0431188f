using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;

namespace SixLabors.ImageSharp;

public class ImageInfo(PixelTypeInfo pixelType, Size size, ImageMetadata? metadata)
{
    public PixelTypeInfo PixelType { get; } = pixelType;

    public ImageMetadata Metadata { get; } = metadata ?? new ImageMetadata();

    public Size Size { get; } = size;

    public int Width => Size.Width;

    public int Height => Size.Height;

    public Rectangle Bounds => new(Point.Empty, Size);
}
