using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Views;

/// <summary>Getters of the input's columns on synthetic rows.</summary>
internal static class SyntheticGetters
{
    public static ValueGetter<TValue> Create<TValue>(
        DataViewSchema.Column column, SyntheticRows rows, Func<StoredImage> current, ImageCache images)
    {
        if (column.Index == rows.Columns.Label.Index)
            return (ref TValue value) => value = (TValue)rows.LabelValueOf(current());
        return Getters.Cast<TValue>(column.Index == rows.Columns.Image.Index
            ? CreateImageGetter(rows.Columns, current, images)
            : MissingValues.CreateGetter<TValue>(column.Type), column.Name);
    }

    private static Delegate CreateImageGetter(InputColumns columns, Func<StoredImage> current, ImageCache images)
    {
        switch (columns.ImageKind)
        {
            case ImageColumnKind.Image:
                var size = ImageSize.Of(columns.Image.Type);
                return (ValueGetter<MLImage>)((ref MLImage value) =>
                {
                    // The incoming image is the caller's earlier one; the caller owns the new one.
                    value?.Dispose();
                    value = images.Open(current(), size);
                });
            case ImageColumnKind.Path:
                return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                    value = current().Path.AsMemory());
            default:
                return (ValueGetter<VBuffer<byte>>)((ref VBuffer<byte> value) =>
                {
                    var bytes = File.ReadAllBytes(current().Path);
                    var editor = VBufferEditor.Create(ref value, bytes.Length);
                    bytes.CopyTo(editor.Values);
                    value = editor.Commit();
                });
        }
    }
}
