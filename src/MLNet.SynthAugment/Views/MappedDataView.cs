using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Views;

/// <summary>A view's very rows, with columns that a mapper computes when a row is read.</summary>
/// <param name="source">The view.</param>
/// <param name="mapper">For rows of its schema.</param>
internal sealed class MappedDataView(IDataView source, IRowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var cursor = source.GetRowCursor(mapper.GetDependencies(needed), rand);
        return new MappedCursor(cursor, mapper.GetRow(cursor, needed));
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return [.. source.GetRowCursorSet(mapper.GetDependencies(needed), n, rand)
            .Select(cursor => new MappedCursor(cursor, mapper.GetRow(cursor, needed)))];
    }
}
