using Microsoft.ML;

namespace MLNet.SynthAugment.Views;

/// <summary>A view other than the training view: its very rows, with the added columns of real rows.</summary>
internal sealed class RealDataView(IDataView source, AddedColumns added) : IDataView
{
    private readonly RealRowMapper _mapper = new(source.Schema, added);

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => _mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var cursor = source.GetRowCursor(_mapper.GetDependencies(needed), rand);
        return new MappedCursor(cursor, _mapper.GetRow(cursor, needed));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        return [.. source.GetRowCursorSet(_mapper.GetDependencies(needed), n, rand).Select(cursor => new MappedCursor(cursor, _mapper.GetRow(cursor, needed)))];
    }
}
