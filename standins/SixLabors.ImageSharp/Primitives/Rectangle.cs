namespace SixLabors.ImageSharp;

public struct Rectangle(int x, int y, int width, int height) : IEquatable<Rectangle>
{
    public static readonly Rectangle Empty;

    public Rectangle(Point point, Size size)
        : this(point.X, point.Y, size.Width, size.Height)
    {
    }

    public int X { readonly get; set; } = x;

    public int Y { readonly get; set; } = y;

    public int Width { readonly get; set; } = width;

    public int Height { readonly get; set; } = height;

    public readonly int Left => X;

    public readonly int Top => Y;

    public readonly int Right => unchecked(X + Width);

    public readonly int Bottom => unchecked(Y + Height);

    public readonly bool IsEmpty => Equals(Empty);

    public Point Location
    {
        readonly get => new(X, Y);
        set => (X, Y) = (value.X, value.Y);
    }

    public Size Size
    {
        readonly get => new(Width, Height);
        set => (Width, Height) = (value.Width, value.Height);
    }

    public static bool operator ==(Rectangle left, Rectangle right) => left.Equals(right);

    public static bool operator !=(Rectangle left, Rectangle right) => !left.Equals(right);

    public static Rectangle FromLTRB(int left, int top, int right, int bottom) => new(left, top, right - left, bottom - top);

    public static Rectangle Intersect(Rectangle a, Rectangle b)
    {
        var (left, top) = (Math.Max(a.Left, b.Left), Math.Max(a.Top, b.Top));
        var (right, bottom) = (Math.Min(a.Right, b.Right), Math.Min(a.Bottom, b.Bottom));
        return right >= left && bottom >= top ? FromLTRB(left, top, right, bottom) : Empty;
    }

    public static Point Center(Rectangle rectangle) => new(rectangle.Left + rectangle.Width / 2, rectangle.Top + rectangle.Height / 2);

    public readonly bool Contains(int x, int y) => X <= x && x < Right && Y <= y && y < Bottom;

    public readonly bool Contains(Point point) => Contains(point.X, point.Y);

    public readonly bool Contains(Rectangle rectangle) =>
        X <= rectangle.X && rectangle.Right <= Right && Y <= rectangle.Y && rectangle.Bottom <= Bottom;

    public readonly bool IntersectsWith(Rectangle rectangle) =>
        rectangle.X < Right && X < rectangle.Right && rectangle.Y < Bottom && Y < rectangle.Bottom;

    public readonly void Deconstruct(out int x, out int y, out int width, out int height) =>
        (x, y, width, height) = (X, Y, Width, Height);

    public readonly bool Equals(Rectangle other) =>
        X == other.X && Y == other.Y && Width == other.Width && Height == other.Height;

    public override readonly bool Equals(object? obj) => obj is Rectangle other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(X, Y, Width, Height);

    public override readonly string ToString() => $"Rectangle [ X={X}, Y={Y}, Width={Width}, Height={Height} ]";
}
