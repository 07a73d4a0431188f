using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.FewShot;

/// <summary>The names of a key column's values, held in its KeyValues annotation.</summary>
internal static class KeyValues
{
    private const string AnnotationName = "KeyValues";

    /// <summary>The key values as text, or null where there are none or they do not tell the keys apart.</summary>
    public static string[]? Read(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationName)?.Type is not VectorDataViewType type)
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

    /// <summary>Annotations that give a key column the names.</summary>
    public static DataViewSchema.Annotations Annotate(string[] names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(AnnotationName, new VectorDataViewType(TextDataViewType.Instance, names.Length), (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var editor = VBufferEditor.Create(ref value, names.Length);
            for (var i = 0; i < names.Length; i++)
                editor.Values[i] = names[i].AsMemory();
            value = editor.Commit();
        });
        return builder.ToAnnotations();
    }

    private static string[] Read<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(AnnotationName, ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
