using Microsoft.ML;

namespace MLNet.SynthAugment.FewShot;

/// <summary>Reads the caption of a cursor's row; null stands for a missing one.</summary>
internal static class CaptionReader
{
    public static Func<string?> Create(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            ReadOnlyMemory<char> value = default;
            getter(ref value);
            var caption = value.Trim();
            return caption.IsEmpty ? null : caption.ToString();
        };
    }
}
