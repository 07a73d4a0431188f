using System.Numerics;

namespace SixLabors.ImageSharp;

public struct PointF(float x, float y) : IEquatable<PointF>
{
    public static readonly PointF Empty;

    public float X { readonly get; set; } = x;

    public float Y { readonly get; set; } = y;

    public readonly bool IsEmpty => Equals(Empty);

    public static implicit operator Vector2(PointF point) => new(point.X, point.Y);

    public static implicit operator PointF(Vector2 vector) => new(vector.X, vector.Y);

    public static bool operator ==(PointF left, PointF right) => left.Equals(right);

    public static bool operator !=(PointF left, PointF right) => !left.Equals(right);

    public readonly bool Equals(PointF other) => X.Equals(other.X) && Y.Equals(other.Y);

    public override readonly bool Equals(object? obj) => obj is PointF other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(X, Y);

    public override readonly string ToString() => $"PointF [ X={X}, Y={Y} ]";
}
