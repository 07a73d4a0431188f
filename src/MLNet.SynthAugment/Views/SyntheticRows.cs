using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Views;

/// <summary>The synthetic rows of a view, and where their label and image go.</summary>
internal sealed class SyntheticRows
{
    private readonly Dictionary<string, object> _labelValues;
    private readonly Dictionary<string, float> _classWeights;
    private readonly ILookup<string, FewShotRow> _rowsByImage;

    /// <param name="images">The images.</param>
    /// <param name="rows">The rows of the view that have a label and an image.</param>
    /// <param name="columns">The view's columns.</param>
    public SyntheticRows(IReadOnlyList<StoredImage> images, IReadOnlyList<FewShotRow> rows, InputColumns columns)
    {
        Images = images;
        Columns = columns;
        _labelValues = rows.DistinctBy(row => row.Label).ToDictionary(row => row.Label!, row => row.LabelValue!);
        _classWeights = rows.GroupBy(row => row.Label!)
            .ToDictionary(found => found.Key, found => found.Average(row => row.Origin.ExampleWeight));
        _rowsByImage = rows.ToLookup(row => row.ImageHash!);
    }

    public IReadOnlyList<StoredImage> Images { get; }

    public InputColumns Columns { get; }

    public object LabelValueOf(StoredImage image) => _labelValues[image.Label];

    /// <summary>
    /// What the image leans on: the row of one shot, or the class if it leans on all of its shots. Its weight is
    /// multiplied by that of the shot, or by the mean of its class's, so that the data's own weights leave the balance
    /// between real and synthetic rows as it is.
    /// </summary>
    public Provenance ProvenanceOf(StoredImage image, float exampleWeight)
    {
        var source = image.SourceHash is { } hash ? SourceOf(image.Label, _rowsByImage[hash]) : null;
        var weight = exampleWeight * (source?.Origin.ExampleWeight ?? _classWeights[image.Label]);
        var id = source?.SourceId ?? $"class:{image.Label}";
        return new Provenance(true, weight, id, image.Prompt, image.Seed, image.Score);
    }

    // One picture may be in several classes; some methods lean on shots of other classes.
    private static FewShotRow? SourceOf(string label, IEnumerable<FewShotRow> rows) =>
        rows.FirstOrDefault(row => row.Label == label) ?? rows.FirstOrDefault();
}

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
