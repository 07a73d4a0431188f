using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>A view whose rows a mapper makes of another view's rows.</summary>
internal sealed class MappedView(IDataView source, RowMapper mapper) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    // As the real package: where every column can be copied, rows are computed ahead on a background thread.
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.ToList();
        var ahead = rand is null && columns.Exists(mapper.IsComputed) && columns.TrueForAll(column => ColumnTypes.IsCacheable(column.Type));
        return ahead
            ? new ReadAheadCursor(GetRowCursorSet(columns, 1)[0], columns)
            : new Cursor(mapper, source.GetRowCursor(mapper.GetDependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var columns = columnsNeeded.ToList();
        var inputs = source.GetRowCursorSet(mapper.GetDependencies(columns), n, rand);
        return [.. inputs.Select(input => new Cursor(mapper, input, columns))];
    }

    private sealed class Cursor(RowMapper mapper, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columns) : DataViewRowCursor
    {
        private readonly RowMapper.MappedRow _row = mapper.CreateRow(input, columns);

        public override DataViewSchema Schema => _row.Schema;

        public override long Position => _row.Position;

        public override long Batch => _row.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _row.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _row.Dispose();
            base.Dispose(disposing);
        }
    }
}
