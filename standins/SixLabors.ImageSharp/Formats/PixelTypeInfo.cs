namespace SixLabors.ImageSharp.Formats;

public class PixelTypeInfo(int bitsPerPixel)
{
    public int BitsPerPixel { get; } = bitsPerPixel;
}
