using Microsoft.ML.Transforms.Image;

namespace MLNet.SynthAugment.FewShot;

/// <summary>The columns of a view that shots are read from, checked.</summary>
internal sealed record InputColumns(DataViewSchema.Column Label, DataViewSchema.Column Image)
{
    /// <summary>What a caption column must hold, for error messages.</summary>
    public const string CaptionType = "text";

    /// <summary>The texts of the images, or null.</summary>
    public DataViewSchema.Column? Caption { get; private init; }

    /// <summary>The masks of the images, or null.</summary>
    public DataViewSchema.Column? Mask { get; private init; }

    /// <summary>What the rows come from, as text, or null.</summary>
    public DataViewSchema.Column? SourceId { get; private init; }

    /// <summary>How much the rows count, a Single, or null.</summary>
    public DataViewSchema.Column? ExampleWeight { get; private init; }

    public ImageColumnKind ImageKind => ImageColumnKinds.Of(Image.Type)!.Value;

    /// <summary>All of them.</summary>
    public IEnumerable<DataViewSchema.Column> All
    {
        get
        {
            yield return Label;
            yield return Image;
            if (Caption is { } caption)
                yield return caption;
            if (Mask is { } mask)
                yield return mask;
            if (SourceId is { } source)
                yield return source;
            if (ExampleWeight is { } weight)
                yield return weight;
        }
    }

    /// <exception cref="ArgumentException">A column is missing or of an unsupported type.</exception>
    public static InputColumns Find(DataViewSchema schema, InputColumnNames names)
    {
        return new InputColumns(FindLabels(schema, names.Label), FindImages(schema, names.Image, "Image"))
        {
            Caption = names.Caption is null ? null : FindCaptions(schema, names.Caption),
            Mask = names.Mask is null ? null : FindImages(schema, names.Mask, "Mask"),
            SourceId = names.SourceId is null ? null : schema.GetColumnOrNull(names.SourceId),
            ExampleWeight = names.ExampleWeight is null ? null : schema.GetColumnOrNull(names.ExampleWeight),
        };
    }

    public static ArgumentException Missing(string name, string role, IEnumerable<string> names) =>
        new($"The data has no {role} column '{name}'. Its columns are: "
            + $"{string.Join(", ", names.Select(found => $"'{found}'"))}.");

    /// <exception cref="ArgumentException">There is no such column, or it cannot hold labels.</exception>
    public static DataViewSchema.Column FindLabels(DataViewSchema schema, string name)
    {
        var column = FindByRole(schema, name, "label");
        return LabelReader.Supports(column.Type)
            ? column
            : throw new ArgumentException(
                $"Label column '{name}' is of type {column.Type}; it must be {LabelReader.SupportedTypes}.");
    }

    /// <exception cref="ArgumentException">There is no such column, or it cannot hold images.</exception>
    public static DataViewSchema.Column FindImages(DataViewSchema schema, string name, string role = "Image")
    {
        var column = FindByRole(schema, name, role.ToLowerInvariant());
        return ImageColumnKinds.Of(column.Type) is not null
            ? column
            : throw new ArgumentException(
                $"{role} column '{name}' is of type {column.Type}; it must be {ImageColumnKinds.SupportedTypes}.");
    }

    private static DataViewSchema.Column FindCaptions(DataViewSchema schema, string name)
    {
        var column = FindByRole(schema, name, "caption");
        return column.Type is TextDataViewType
            ? column
            : throw new ArgumentException(
                $"Caption column '{name}' is of type {column.Type}; it must be {CaptionType}.");
    }

    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static DataViewSchema.Column FindByRole(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name)
            ?? throw Missing(name, role, schema.Where(column => !column.IsHidden).Select(column => column.Name));
}

/// <summary>The names of the columns that shots are read from; null for an optional one that is not there.</summary>
internal sealed record InputColumnNames(string Label, string Image, string? Caption = null, string? Mask = null)
{
    /// <summary>The column that says what a row comes from, if the data have one.</summary>
    public string? SourceId { get; init; }

    /// <summary>The column that says how much a row counts, if the data have one.</summary>
    public string? ExampleWeight { get; init; }
}

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

/// <summary>The size that an image column's type promises; null where images keep their own.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    public static ImageSize? Of(DataViewType type) => type is ImageDataViewType { Width: > 0, Height: > 0 } image
        ? new ImageSize(image.Width, image.Height) : null;
}
