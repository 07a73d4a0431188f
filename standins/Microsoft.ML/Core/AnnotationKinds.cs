using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Names of annotations that steps agree on, and how to make them.</summary>
internal static class AnnotationKinds
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string IsNormalized = "IsNormalized";
    public const string TrainingLabelValues = "TrainingLabelValues";

    public static DataViewSchema.Annotations Vector<T>(string kind, PrimitiveDataViewType itemType, T[] values)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddVector(kind, itemType, values);
        return builder.ToAnnotations();
    }

    public static void AddVector<T>(this DataViewSchema.Annotations.Builder builder, string kind, PrimitiveDataViewType itemType, T[] values) =>
        builder.Add(kind, new VectorDataViewType(itemType, values.Length), (ref VBuffer<T> destination) =>
            VBuffer<T>.Copy(values, 0, ref destination, values.Length));

    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, IEnumerable<string> names) =>
        builder.AddVector(SlotNames, TextDataViewType.Instance, names.Select(name => name.AsMemory()).ToArray());

    /// <summary>The annotation column of a kind, if there is one.</summary>
    public static DataViewSchema.Column? Find(this DataViewSchema.Annotations annotations, string kind) =>
        annotations.Schema.GetColumnOrNull(kind);

    /// <summary>The shape of a vector annotation.</summary>
    public static SchemaShape.Column ShapeOf(string kind, DataViewType itemType) =>
        new(kind, SchemaShape.Column.VectorKind.Vector, itemType, isKey: false);
}
