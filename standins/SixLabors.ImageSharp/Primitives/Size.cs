namespace SixLabors.ImageSharp;

public struct Size(int width, int height) : IEquatable<Size>
{
    public static readonly Size Empty;

    public Size(int value)
        : this(value, value)
    {
    }

    public Size(Point point)
        : this(point.X, point.Y)
    {
    }

    public int Width { readonly get; set; } = width;

    public int Height { readonly get; set; } = height;

    public readonly bool IsEmpty => Equals(Empty);

    public static implicit operator SizeF(Size size) => new(size.Width, size.Height);

    public static bool operator ==(Size left, Size right) => left.Equals(right);

    public static bool operator !=(Size left, Size right) => !left.Equals(right);

    public readonly void Deconstruct(out int width, out int height) => (width, height) = (Width, Height);

    public readonly bool Equals(Size other) => Width == other.Width && Height == other.Height;

    public override readonly bool Equals(object? obj) => obj is Size other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Width, Height);

    public override readonly string ToString() => $"Size [ Width={Width}, Height={Height} ]";
}
