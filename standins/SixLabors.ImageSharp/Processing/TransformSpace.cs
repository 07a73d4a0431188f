namespace SixLabors.ImageSharp.Processing;

public enum TransformSpace
{
    Coordinate = 0,
    Pixel = 1,
}
