namespace SixLabors.ImageSharp.Processing;

public static class CropExtensions
{
    public static IImageProcessingContext Crop(this IImageProcessingContext source, int width, int height) =>
        source.Crop(new Rectangle(0, 0, width, height));

    public static IImageProcessingContext Crop(this IImageProcessingContext source, Rectangle cropRectangle)
    {
        var bounds = new Rectangle(Point.Empty, source.GetCurrentSize());
        if (cropRectangle.Width <= 0 || cropRectangle.Height <= 0 || !bounds.Contains(cropRectangle))
            throw new ArgumentException($"Crop rectangle {cropRectangle} should be smaller than and inside the source bounds {bounds}.", nameof(cropRectangle));
        return source.Apply(new CropOperation(cropRectangle));
    }
}
