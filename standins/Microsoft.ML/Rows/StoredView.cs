namespace Microsoft.ML.Rows;

/// <summary>Rows held in memory.</summary>
internal sealed class StoredView(RowStore store) : IDataView
{
    public DataViewSchema Schema => store.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => store.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var order = Enumerable.Range(0, store.Count).ToArray();
        rand?.Shuffle(order);
        return new Cursor(store, [.. columnsNeeded.Select(column => column.Index)], order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : StoredRowCursor
    {
        private readonly HashSet<int> _active;
        private readonly int[] _order;
        private int _next;

        public Cursor(RowStore store, HashSet<int> active, int[] order)
            : base(store.Schema)
        {
            Store = store;
            _active = active;
            _order = order;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        protected override bool MoveNextRow()
        {
            if (_next == _order.Length)
                return false;
            Row = _order[_next++];
            return true;
        }
    }
}

/// <summary>A schema without rows.</summary>
internal static class EmptyView
{
    public static IDataView Of(DataViewSchema schema) => new RowlessView(schema);

    private sealed class RowlessView(DataViewSchema schema) : IDataView
    {
        public DataViewSchema Schema => schema;

        public bool CanShuffle => true;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(schema);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
            [new Cursor(schema)];
    }

    private sealed class Cursor(DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<Data.DataViewRowId> GetIdGetter() => Getter<Data.DataViewRowId>();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Getter<TValue>();

        private static ValueGetter<TValue> Getter<TValue>() =>
            (ref TValue _) => throw new InvalidOperationException("There is no current row.");
    }
}
