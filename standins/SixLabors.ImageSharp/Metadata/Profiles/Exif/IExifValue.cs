namespace SixLabors.ImageSharp.Metadata.Profiles.Exif;

public interface IExifValue
{
    ExifTag Tag { get; }

    object? GetValue();
}

public interface IExifValue<TValueType> : IExifValue
{
    TValueType? Value { get; set; }
}
