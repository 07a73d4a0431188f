using System.Numerics;

namespace SixLabors.ImageSharp.Processing;

/// <summary>Collects steps that map source pixels to places in the result.</summary>
public class AffineTransformBuilder
{
    private readonly List<Func<Size, Matrix3x2>> _steps = [];

    public AffineTransformBuilder AppendRotationDegrees(float degrees) => AppendRotationRadians(float.DegreesToRadians(degrees));

    /// <summary>Turns about the middle; the middle of the source goes to the middle of the result.</summary>
    public AffineTransformBuilder AppendRotationRadians(float radians) => Append(size => AboutCenters(Matrix3x2.CreateRotation(radians), size));

    public AffineTransformBuilder AppendRotationDegrees(float degrees, Vector2 origin) =>
        AppendRotationRadians(float.DegreesToRadians(degrees), origin);

    public AffineTransformBuilder AppendRotationRadians(float radians, Vector2 origin) =>
        AppendMatrix(Matrix3x2.CreateRotation(radians, origin));

    public AffineTransformBuilder AppendScale(float scale) => AppendMatrix(Matrix3x2.CreateScale(scale));

    public AffineTransformBuilder AppendScale(SizeF scales) => AppendMatrix(Matrix3x2.CreateScale(scales.Width, scales.Height));

    public AffineTransformBuilder AppendScale(Vector2 scales) => AppendMatrix(Matrix3x2.CreateScale(scales));

    public AffineTransformBuilder AppendSkewDegrees(float degreesX, float degreesY) =>
        AppendSkewRadians(float.DegreesToRadians(degreesX), float.DegreesToRadians(degreesY));

    public AffineTransformBuilder AppendSkewRadians(float radiansX, float radiansY) =>
        Append(size => AboutCenters(Matrix3x2.CreateSkew(radiansX, radiansY), size));

    public AffineTransformBuilder AppendTranslation(PointF position) => AppendMatrix(Matrix3x2.CreateTranslation(position));

    public AffineTransformBuilder AppendTranslation(Vector2 position) => AppendMatrix(Matrix3x2.CreateTranslation(position));

    public AffineTransformBuilder AppendMatrix(Matrix3x2 matrix) => Append(_ => matrix);

    public Matrix3x2 BuildMatrix(Size sourceSize) => BuildMatrix(new Rectangle(Point.Empty, sourceSize));

    public Matrix3x2 BuildMatrix(Rectangle sourceRectangle) => _steps.Aggregate(
        Matrix3x2.CreateTranslation(-sourceRectangle.X, -sourceRectangle.Y),
        (matrix, step) => matrix * step(sourceRectangle.Size));

    public Size GetTransformedSize(Rectangle sourceRectangle)
    {
        // What lies left of or above the origin is cut off.
        var (_, high) = Extent(BuildMatrix(sourceRectangle), sourceRectangle);
        return new Size(Length(high.X), Length(high.Y));
    }

    private AffineTransformBuilder Append(Func<Size, Matrix3x2> step)
    {
        _steps.Add(step);
        return this;
    }

    private static Matrix3x2 AboutCenters(Matrix3x2 matrix, Size size)
    {
        var source = new Rectangle(Point.Empty, size);
        var (low, high) = Extent(matrix, source);
        var target = new Vector2(Length(high.X - low.X) - 1, Length(high.Y - low.Y) - 1) / 2;
        var center = new Vector2(size.Width - 1, size.Height - 1) / 2;
        return Matrix3x2.CreateTranslation(-center) * matrix * Matrix3x2.CreateTranslation(target);
    }

    /// <summary>The corners of the box around the transformed centres of the corner pixels.</summary>
    private static (Vector2 Low, Vector2 High) Extent(Matrix3x2 matrix, Rectangle rectangle)
    {
        Vector2[] corners = [new(rectangle.Left, rectangle.Top), new(rectangle.Right - 1, rectangle.Top), new(rectangle.Left, rectangle.Bottom - 1), new(rectangle.Right - 1, rectangle.Bottom - 1)];
        var moved = corners.Select(corner => Vector2.Transform(corner, matrix)).ToList();
        return (moved.Aggregate(Vector2.Min), moved.Aggregate(Vector2.Max));
    }

    private static int Length(float extent) => Math.Max(1, (int)MathF.Ceiling(extent + 1 - 1e-3f));
}
