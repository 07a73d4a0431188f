namespace SixLabors.ImageSharp;

public struct Point(int x, int y) : IEquatable<Point>
{
    public static readonly Point Empty;

    public int X { readonly get; set; } = x;

    public int Y { readonly get; set; } = y;

    public readonly bool IsEmpty => Equals(Empty);

    public static implicit operator PointF(Point point) => new(point.X, point.Y);

    public static bool operator ==(Point left, Point right) => left.Equals(right);

    public static bool operator !=(Point left, Point right) => !left.Equals(right);

    public readonly void Deconstruct(out int x, out int y) => (x, y) = (X, Y);

    public readonly bool Equals(Point other) => X == other.X && Y == other.Y;

    public override readonly bool Equals(object? obj) => obj is Point other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(X, Y);

    public override readonly string ToString() => $"Point [ X={X}, Y={Y} ]";
}
