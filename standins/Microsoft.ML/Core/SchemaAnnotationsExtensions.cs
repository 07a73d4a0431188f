namespace Microsoft.ML.Data;

/// <summary>Reads the well-known annotations of columns.</summary>
public static class SchemaAnnotationsExtensions
{
    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(AnnotationKinds.KeyValues, ref keyValues);

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(AnnotationKinds.SlotNames, ref slotNames);

    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null) =>
        column.Annotations.Find(AnnotationKinds.KeyValues)?.Type is VectorDataViewType vector
        && (keyValueItemType ?? TextDataViewType.Instance).Equals(vector.ItemType);

    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } type
        && column.Annotations.Find(AnnotationKinds.SlotNames)?.Type is VectorDataViewType names
        && names.Size == type.Size;

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        if (column.Annotations.Find(AnnotationKinds.IsNormalized)?.Type is not BooleanDataViewType)
            return false;
        var value = false;
        column.Annotations.GetValue(AnnotationKinds.IsNormalized, ref value);
        return value;
    }
}
