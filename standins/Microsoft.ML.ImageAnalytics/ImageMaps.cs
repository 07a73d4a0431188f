using Microsoft.ML.Data;
using Microsoft.ML.Rows;

namespace Microsoft.ML.Transforms.Image;

/// <summary>
/// Column maps of images, with the real package's rule of ownership: a getter disposes the image in the caller's buffer and
/// puts a new one there that the caller owns. A step's own source image dies with the next row, and with the cursor.
/// </summary>
internal static class ImageMaps
{
    public static ImageDataViewType RequireImage(DataViewSchema.Column input) => input.Type as ImageDataViewType
        ?? throw Errors.TypeMismatch("inputSchema", "input", input.Name, "image", $"{input.Type}");

    public static SchemaShape.Column RequireImage(SchemaShape shape, string name)
    {
        var input = shape.Require(name);
        return input.ItemType is ImageDataViewType && input.Kind == SchemaShape.Column.VectorKind.Scalar
            ? input
            : throw Errors.TypeMismatch("inputSchema", "input", name, "image", input.Describe());
    }

    public static SchemaShape.Column ImageShape(string name) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, new ImageDataViewType(), isKey: false);

    /// <summary>
    /// A map from image to image. The function returns a new image, or the source itself to hand it on. The last source dies
    /// with the cursor where <paramref name="ownsSource"/> says so; else it may be one that was handed on.
    /// </summary>
    public static ColumnMap FromImageToImage(
        DataViewSchema.Column input, string outputName, ImageDataViewType type, Func<MLImage, MLImage> map, bool ownsSource) =>
        new(new DataViewSchema.DetachedColumn(outputName, type), [input.Index], (row, disposers) =>
        {
            var getSource = row.GetGetter<MLImage>(row.Schema[input.Index]);
            MLImage source = null;
            if (ownsSource)
                disposers.Add(() => source?.Dispose());
            return (ValueGetter<MLImage>)((ref MLImage destination) =>
            {
                destination?.Dispose();
                destination = null;
                getSource(ref source);
                if (source is null)
                    return;
                destination = map(source);
                destination.Tag = source.Tag;
            });
        });

    /// <summary>A map from image to a value that does not keep it.</summary>
    public static ColumnMap FromImage<TOut>(
        DataViewSchema.Column input, DataViewSchema.DetachedColumn output, FromImageAction<TOut> map) =>
        new(output, [input.Index], (row, disposers) =>
        {
            var getSource = row.GetGetter<MLImage>(row.Schema[input.Index]);
            MLImage source = null;
            disposers.Add(() => source?.Dispose());
            return (ValueGetter<TOut>)((ref TOut destination) =>
            {
                getSource(ref source);
                map(source, ref destination);
            });
        });

    public delegate void FromImageAction<TOut>(MLImage source, ref TOut destination);
}
