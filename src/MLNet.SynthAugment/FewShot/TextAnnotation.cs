using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Annotations that name the values of a key column or the slots of a vector column.</summary>
internal static class TextAnnotation
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";

    public static DataViewSchema.Annotations Create(string kind, IReadOnlyList<string> names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(kind, new VectorDataViewType(TextDataViewType.Instance, names.Count), (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var editor = VBufferEditor.Create(ref value, names.Count);
            for (var i = 0; i < names.Count; i++)
                editor.Values[i] = names[i].AsMemory();
            value = editor.Commit();
        });
        return builder.ToAnnotations();
    }
}
