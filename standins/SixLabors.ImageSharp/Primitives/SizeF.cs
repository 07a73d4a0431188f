namespace SixLabors.ImageSharp;

public struct SizeF(float width, float height) : IEquatable<SizeF>
{
    public static readonly SizeF Empty;

    public float Width { readonly get; set; } = width;

    public float Height { readonly get; set; } = height;

    public readonly bool IsEmpty => Equals(Empty);

    public static bool operator ==(SizeF left, SizeF right) => left.Equals(right);

    public static bool operator !=(SizeF left, SizeF right) => !left.Equals(right);

    public readonly bool Equals(SizeF other) => Width.Equals(other.Width) && Height.Equals(other.Height);

    public override readonly bool Equals(object? obj) => obj is SizeF other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Width, Height);

    public override readonly string ToString() => $"SizeF [ Width={Width}, Height={Height} ]";
}
