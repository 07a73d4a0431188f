using Microsoft.ML;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment.Classification.Scoring;

/// <summary>A view with the scores of its rows, computed when they are read.</summary>
internal sealed class ScoredDataView(IDataView source, RowScorer scorer) : IDataView
{
    private readonly ScoringMapper _mapper = new(source.Schema, scorer);

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
