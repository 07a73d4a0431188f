namespace MLNet.SynthAugment.FewShot;

/// <summary>Annotations that name the values of a key column or the slots of a vector column.</summary>
internal static class TextAnnotation
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";

    /// <summary>The names, or null where the column has no such annotation.</summary>
    public static IReadOnlyList<string>? Read(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(
            kind)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(kind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    public static DataViewSchema.Annotations Create(string kind, IReadOnlyList<string> names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(kind, new VectorDataViewType(TextDataViewType.Instance, names.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var editor = VBufferEditor.Create(ref value, names.Count);
            for (var i = 0; i < names.Count; i++)
                editor.Values[i] = names[i].AsMemory();
            value = editor.Commit();
        });
        return builder.ToAnnotations();
    }
}

/// <summary>The names of a key column's values, held in its KeyValues annotation.</summary>
internal static class KeyValues
{
    /// <summary>The key values as text, or null where there are none or they do not tell the keys apart.</summary>
    public static string[]? Read(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(TextAnnotation.KeyValues)?.Type is not VectorDataViewType type)
            return null;
        var names = type.ItemType.RawType switch
        {
            var item when item == typeof(ReadOnlyMemory<char>) => Read<ReadOnlyMemory<char>>(column),
            var item when item == typeof(bool) => Read<bool>(column),
            var item when item == typeof(byte) => Read<byte>(column),
            var item when item == typeof(sbyte) => Read<sbyte>(column),
            var item when item == typeof(ushort) => Read<ushort>(column),
            var item when item == typeof(short) => Read<short>(column),
            var item when item == typeof(uint) => Read<uint>(column),
            var item when item == typeof(int) => Read<int>(column),
            var item when item == typeof(ulong) => Read<ulong>(column),
            var item when item == typeof(long) => Read<long>(column),
            var item when item == typeof(float) => Read<float>(column),
            var item when item == typeof(double) => Read<double>(column),
            _ => null,
        };
        return names is not null && names.Distinct().Count() == names.Length && !names.Contains("") ? names : null;
    }

    private static string[] Read<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(TextAnnotation.KeyValues, ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
