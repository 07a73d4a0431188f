using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SixLabors.ImageSharp.Metadata.Profiles.Exif;

public sealed class ExifProfile : IDeepCloneable<ExifProfile>
{
    private readonly Dictionary<ExifTag, IExifValue> _values = [];

    public IReadOnlyList<IExifValue> Values => [.. _values.Values];

    public bool TryGetValue<TValueType>(ExifTag<TValueType> tag, [NotNullWhen(true)] out IExifValue<TValueType>? exifValue)
    {
        exifValue = _values.GetValueOrDefault(tag) as IExifValue<TValueType>;
        return exifValue is not null;
    }

    public void SetValue<TValueType>(ExifTag<TValueType> tag, TValueType value) =>
        _values[tag] = new ExifValue<TValueType>(tag) { Value = value };

    public bool RemoveValue(ExifTag tag) => _values.Remove(tag);

    public ExifProfile DeepClone()
    {
        var clone = new ExifProfile();
        if (TryGetValue(ExifTag.Orientation, out var orientation))
            clone.SetValue(ExifTag.Orientation, orientation.Value);
        return clone;
    }

    /// <summary>A TIFF header with one directory of one entry; null without an orientation.</summary>
    public byte[]? ToByteArray()
    {
        if (!TryGetValue(ExifTag.Orientation, out var orientation))
            return null;
        const ushort shortType = 3;
        var bytes = new byte[26];
        "II*\0"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), (ushort)(ExifTag)ExifTag.Orientation);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12), shortType);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(14), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), orientation.Value);
        return bytes;
    }

    private sealed class ExifValue<TValueType>(ExifTag tag) : IExifValue<TValueType>
    {
        public ExifTag Tag { get; } = tag;

        public TValueType? Value { get; set; }

        public object? GetValue() => Value;
    }
}
