namespace MLNet.SynthAugment.Views;

/// <summary>
/// Maps rows one to one, as scoring does: nothing is expanded, the added columns are those of real rows.
/// </summary>
internal sealed class RealRowMapper(DataViewSchema input, AddedColumns added) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema { get; } = added.AppendTo(input);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        [.. added.DependenciesOf(dependingColumns, input)];

    public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new RealRow(row, OutputSchema, added, Getters.Active(OutputSchema, activeColumns));
}

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

/// <summary>A cursor whose rows go through a row mapper.</summary>
/// <param name="input">Moves from row to row.</param>
/// <param name="row">The mapped row of <paramref name="input"/>; disposes it.</param>
internal sealed class MappedCursor(DataViewRowCursor input, DataViewRow row) : DataViewRowCursor
{
    public override DataViewSchema Schema => row.Schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        row.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            row.Dispose();
        base.Dispose(disposing);
    }
}
