using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;

namespace SixLabors.ImageSharp.Metadata;

public sealed class ImageMetadata : IDeepCloneable<ImageMetadata>
{
    private readonly Dictionary<IImageFormat, IDeepCloneable> _formats = [];

    public IImageFormat? DecodedImageFormat { get; internal set; }

    public ExifProfile? ExifProfile { get; set; }

    public TFormatMetadata GetFormatMetadata<TFormatMetadata>(IImageFormat<TFormatMetadata> key)
        where TFormatMetadata : class, IDeepCloneable
    {
        if (!TryGetFormatMetadata(key, out var metadata))
        {
            metadata = key.CreateDefaultFormatMetadata();
            _formats[key] = metadata;
        }
        return metadata;
    }

    public bool TryGetFormatMetadata<TFormatMetadata>(IImageFormat<TFormatMetadata> key, out TFormatMetadata metadata)
        where TFormatMetadata : class, IDeepCloneable
    {
        var found = _formats.TryGetValue(key, out var value);
        metadata = (value as TFormatMetadata)!;
        return found;
    }

    public ImageMetadata DeepClone()
    {
        var clone = new ImageMetadata { DecodedImageFormat = DecodedImageFormat, ExifProfile = ExifProfile?.DeepClone() };
        foreach (var (format, metadata) in _formats)
            clone._formats[format] = metadata.DeepClone();
        return clone;
    }
}
