namespace Microsoft.ML.Rows;

/// <summary>
/// Keeps a view's columns in memory from the first cursor that reads them; as in the real package, columns whose values
/// cannot be copied (images) are not in its schema at all.
/// </summary>
internal sealed class CacheView : IDataView
{
    private readonly IDataView _source;
    private readonly int[] _sourceIndices;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, RowStore> _stores = [];
    private int? _count;

    public CacheView(IDataView source, params string[] columnsToPrefetch)
    {
        _source = source;
        _sourceIndices = [.. source.Schema.Where(column => ColumnTypes.IsCacheable(column.Type)).Select(column => column.Index)];
        Schema = RowMapper.Selecting(source.Schema, _sourceIndices).OutputSchema;
        foreach (var name in columnsToPrefetch ?? [])
            Load([Schema.Require(name, "prefetch", nameof(columnsToPrefetch))]);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount()
    {
        lock (_lock)
            return _count ?? _source.GetRowCount();
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.DistinctBy(column => column.Index).ToList();
        var stores = Load(columns);
        var order = Enumerable.Range(0, stores.Rows).ToArray();
        rand?.Shuffle(order);
        return new Cursor(Schema, stores.ByColumn, stores.Ids, order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    // One store a column, keyed by its index; -1 keys the ids alone, for cursors that need no column.
    private (Dictionary<int, RowStore> ByColumn, RowStore Ids, int Rows) Load(IReadOnlyCollection<DataViewSchema.Column> columns)
    {
        lock (_lock)
        {
            var missing = columns.Where(column => !_stores.ContainsKey(column.Index)).ToList();
            if (missing.Count > 0 || _count is null)
                Read(missing);
            return (columns.ToDictionary(column => column.Index, column => _stores[column.Index]), _stores[-1], _count.Value);
        }
    }

    private void Read(List<DataViewSchema.Column> missing)
    {
        var stores = missing.ToDictionary(column => column.Index, column => new RowStore(Schema, [column]));
        if (_count is null)
            stores[-1] = new RowStore(Schema, []);
        using (var cursor = _source.GetRowCursor(missing.Select(column => _source.Schema[_sourceIndices[column.Index]])))
        {
            var recorders = stores.Values.Select(store => store.CreateRecorder(cursor, index => _sourceIndices[index])).ToList();
            while (cursor.MoveNext())
                recorders.ForEach(record => record());
        }

        foreach (var (index, store) in stores)
            _stores[index] = store;
        _count = _stores[-1].Count;
    }

    private sealed class Cursor(DataViewSchema schema, Dictionary<int, RowStore> stores, RowStore ids, int[] order) : DataViewRowCursor
    {
        private int _position = -1;

        public override DataViewSchema Schema => schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_position + 1 >= order.Length)
                return false;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => stores.ContainsKey(column.Index);

        public override ValueGetter<Data.DataViewRowId> GetIdGetter() => (ref Data.DataViewRowId id) => id = ids.Id(order[_position]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!stores.TryGetValue(column.Index, out var store))
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the cursor was made.");
            if (column.Type.RawType != typeof(TValue))
                throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue)}.");
            var buffer = store.Column<TValue>(column.Index);
            return (ref TValue value) => buffer.Fetch(order[_position], ref value);
        }
    }
}
