using Microsoft.ML;
using Microsoft.ML.Data;

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
