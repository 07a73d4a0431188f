using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>
/// The rows of a view that a condition keeps. The condition is made anew for each cursor and asked once a row, so it may count.
/// </summary>
internal sealed class FilteredView(
    IDataView source,
    IReadOnlyCollection<DataViewSchema.Column> columnsRead,
    Func<DataViewRow, Func<bool>> createCondition,
    bool canShuffle = true,
    Func<long?> rowCount = null)
    : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => canShuffle && source.CanShuffle;

    public long? GetRowCount() => rowCount?.Invoke();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.ToList();
        var input = source.GetRowCursor(columns.Concat(columnsRead).DistinctBy(column => column.Index), CanShuffle ? rand : null);
        return new Cursor(input, columns, createCondition(input));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> columns, Func<bool> keeps) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. columns.Select(column => column.Index)];
        private long _position = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            while (input.MoveNext())
            {
                if (keeps())
                {
                    _position++;
                    return true;
                }
            }

            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
