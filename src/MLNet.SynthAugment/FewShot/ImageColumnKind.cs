using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.SynthAugment.FewShot;

/// <summary>What an image column holds.</summary>
internal enum ImageColumnKind
{
    /// <summary><see cref="MLImage"/> objects, as <c>LoadImages</c> makes them.</summary>
    Image,

    /// <summary>Paths of image files, as text.</summary>
    Path,

    /// <summary>The bytes of image files, as <c>LoadRawImageBytes</c> reads them.</summary>
    Bytes,
}

internal static class ImageColumnKinds
{
    /// <summary>What the user may do about an unsupported type, for error messages.</summary>
    public const string SupportedTypes =
        "an image, text (the path of an image file) or a variable-size vector of bytes (an encoded image)";

    /// <summary>
    /// The kind of a column's type, or null if it cannot hold images. A byte vector of known size holds pixels, not a
    /// file.
    /// </summary>
    public static ImageColumnKind? Of(DataViewType type) => type switch
    {
        ImageDataViewType => ImageColumnKind.Image,
        TextDataViewType => ImageColumnKind.Path,
        VectorDataViewType { IsKnownSize: false } vector when vector.ItemType == NumberDataViewType.Byte =>
            ImageColumnKind.Bytes,
        _ => null,
    };
}
