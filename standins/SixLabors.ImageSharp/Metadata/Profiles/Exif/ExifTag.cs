namespace SixLabors.ImageSharp.Metadata.Profiles.Exif;

/// <summary>Only the orientation is read, kept and written.</summary>
public abstract class ExifTag : IEquatable<ExifTag>
{
    private readonly ushort _id;

    private protected ExifTag(ushort id) => _id = id;

    public static ExifTag<ushort> Orientation { get; } = new(0x0112);

    public static explicit operator ushort(ExifTag tag) => tag._id;

    public static bool operator ==(ExifTag? left, ExifTag? right) => Equals(left, right);

    public static bool operator !=(ExifTag? left, ExifTag? right) => !Equals(left, right);

    public bool Equals(ExifTag? other) => other is not null && other._id == _id;

    public override bool Equals(object? obj) => Equals(obj as ExifTag);

    public override int GetHashCode() => _id;

    public override string ToString() => nameof(Orientation);
}

public sealed class ExifTag<TValueType> : ExifTag
{
    internal ExifTag(ushort id)
        : base(id)
    {
    }
}
