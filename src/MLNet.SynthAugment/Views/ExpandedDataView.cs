using Microsoft.ML;

namespace MLNet.SynthAugment.Views;

/// <summary>
/// The training view with synthetic rows: real rows first in their own order, synthetic rows after, the same order in
/// every pass. Row ids are 0 … n−1. In a synthetic row the label and the image are filled, other input columns hold
/// their type's missing value (NaN, empty text, missing key, no image) or, where the type has none, its default (0,
/// false).
/// </summary>
internal sealed class ExpandedDataView(
    IDataView source, long realCount, IReadOnlySet<long> leftOut, SyntheticRows synthetic, ExampleWeights weights,
    AddedColumns added) : IDataView
{
    private readonly ImageCache _images = new();

    // A shuffled pass would have to mix real and synthetic rows at random; ShuffleRows does that with its own pool.
    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = added.AppendTo(source.Schema);

    public long? GetRowCount() => realCount + synthetic.Images.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var cursor = source.GetRowCursor(added.DependenciesOf(needed, source.Schema));
        return new ExpandedCursor(
            cursor, Schema, Getters.Active(Schema, needed), leftOut, synthetic, weights, added, _images);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
