using System.Runtime.CompilerServices;
using Microsoft.ML.Transforms.Image;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>The shapes of schemas, which estimators pass along before there are data.</summary>
internal static class SchemaShapes
{
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type.</exception>
    public static void Check(SchemaShape input, InputColumnNames names)
    {
        var label = Find(input, names.Label, "label");
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || !LabelReader.Supports(label.ItemType))
            throw new ArgumentException(
                $"Label column '{names.Label}' is a {label.Kind} of {label.ItemType}; it must be "
                    + $"{LabelReader.SupportedTypes}.");
        CheckImages(input, names.Image, "Image");
        if (names.Mask is not null)
            CheckImages(input, names.Mask, "Mask");
        if (names.Caption is not null && Find(input, names.Caption, "caption") is var caption
            && (caption.Kind != SchemaShape.Column.VectorKind.Scalar || caption.ItemType is not TextDataViewType))
        {
            throw new ArgumentException(
                $"Caption column '{names.Caption}' is a {caption.Kind} of {caption.ItemType}; it must be "
                    + $"{InputColumns.CaptionType}.");
        }
    }

    /// <exception cref="ArgumentException">The column is missing or cannot hold images.</exception>
    public static void CheckImages(SchemaShape input, string name, string role)
    {
        var column = Find(input, name, role.ToLowerInvariant());
        var supported = column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => column.ItemType is ImageDataViewType or TextDataViewType,
            SchemaShape.Column.VectorKind.VariableVector => column.ItemType == NumberDataViewType.Byte,
            _ => false,
        };
        if (!supported)
            throw new ArgumentException(
                $"{role} column '{name}' is a {column.Kind} of {column.ItemType}; it must be "
                    + $"{ImageColumnKinds.SupportedTypes}.");
    }

    /// <exception cref="ArgumentException">The input has a column of its own with the name of an added one, and of
    /// another type.</exception>
    public static SchemaShape Append(SchemaShape input, AddedColumns added)
    {
        var columns = added.Columns.ToDictionary(
            column => column.Name, column => CreateColumn(column.Name, column.Type));
        foreach (var own in input.Where(
            own => columns.TryGetValue(own.Name, out var column) && !HaveSameType(own, column)))
            throw AddedColumns.Clash(
                own.Name, DescribeType(own), added.Columns.First(column => column.Name == own.Name).Type);
        return new SchemaShape(input.Where(column => !columns.ContainsKey(column.Name)).Concat(columns.Values));
    }

    private static bool HaveSameType(SchemaShape.Column own, SchemaShape.Column added) =>
        own.ItemType.Equals(added.ItemType) && !own.IsKey
            && (own.Kind == SchemaShape.Column.VectorKind.Scalar)
                == (added.Kind == SchemaShape.Column.VectorKind.Scalar);

    private static string DescribeType(SchemaShape.Column column) =>
        $"{column.Kind} of {(column.IsKey ? "key " : "")}{column.ItemType}";

    /// <summary>The input's columns, and after them others that take the place of those of the same name.</summary>
    public static SchemaShape Append(SchemaShape input, params SchemaShape.Column[] added) =>
        new(input.Where(column => added.All(other => other.Name != column.Name)).Concat(added));

    /// <summary>A vector of known size with slot names.</summary>
    public static SchemaShape.Column Vector(string name, DataViewType itemType) =>
        CreateColumn(name, SchemaShape.Column.VectorKind.Vector, itemType, false,
            Annotation(TextAnnotation.SlotNames, TextDataViewType.Instance));

    /// <summary>A key.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="valueType">The type of its key values; null for none.</param>
    public static SchemaShape.Column Key(string name, DataViewType? valueType) =>
        CreateColumn(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, valueType is null
            ? null : Annotation(TextAnnotation.KeyValues, valueType));

    /// <summary>The type of a key column's values; null if it has none.</summary>
    public static DataViewType? KeyValueTypeOf(SchemaShape.Column key)
    {
        foreach (var annotation in key.Annotations)
        {
            if (annotation.Name == TextAnnotation.KeyValues)
                return annotation.ItemType;
        }
        return null;
    }

    // The only vector among the added columns has slot names.
    private static SchemaShape.Column CreateColumn(string name, DataViewType type) => type is VectorDataViewType vector
        ? Vector(name, vector.ItemType)
        : CreateColumn(name, SchemaShape.Column.VectorKind.Scalar, type, false, null);

    private static SchemaShape Annotation(string kind, DataViewType itemType) =>
        new([CreateColumn(kind, SchemaShape.Column.VectorKind.Vector, itemType, false, null)]);

    /// <exception cref="ArgumentException">The column is missing.</exception>
    public static SchemaShape.Column Find(SchemaShape shape, string name, string role)
    {
        foreach (var column in shape)
        {
            if (column.Name == name)
                return column;
        }
        throw InputColumns.Missing(name, role, shape.Select(column => column.Name));
    }

    // ML.NET gives other assemblies no public way to make a column's shape.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SchemaShape.Column CreateColumn(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey, SchemaShape? annotations);
}
