namespace Microsoft.ML.Rows;

/// <summary>
/// The rows of a view in a random order, shuffled within pools of some rows (and before, by the source, where it can).
/// Rows are kept while they wait, so columns that cannot be copied (images) are not in its schema.
/// </summary>
internal sealed class ShuffledView : IDataView
{
    private readonly IDataView _source;
    private readonly int[] _sourceIndices;
    private readonly int _poolSize;
    private readonly bool _shuffleSource;
    private readonly Func<Random> _createRandom;

    public ShuffledView(IDataView source, int poolSize, bool shuffleSource, Func<Random> createRandom)
    {
        _source = source;
        _poolSize = poolSize;
        _shuffleSource = shuffleSource && source.CanShuffle;
        _createRandom = createRandom;
        _sourceIndices = [.. source.Schema.Where(column => ColumnTypes.IsCacheable(column.Type)).Select(column => column.Index)];
        Schema = RowMapper.Selecting(source.Schema, _sourceIndices).OutputSchema;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.DistinctBy(column => column.Index).ToList();
        rand ??= _createRandom();
        var needed = columns.Select(column => _source.Schema[_sourceIndices[column.Index]]);
        var input = _source.GetRowCursor(needed, _shuffleSource ? rand : null);
        return new Cursor(this, input, columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : StoredRowCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly Action _record;
        private readonly int _poolSize;
        private readonly Random _rand;
        private int[] _order = [];
        private int _next;

        public Cursor(ShuffledView view, DataViewRowCursor input, List<DataViewSchema.Column> columns, Random rand)
            : base(view.Schema)
        {
            _input = input;
            _poolSize = view._poolSize;
            _rand = rand;
            Store = new RowStore(view.Schema, columns);
            _record = Store.CreateRecorder(input, index => view._sourceIndices[index]);
        }

        protected override bool MoveNextRow()
        {
            if (_next == _order.Length && !FillPool())
                return false;
            Row = _order[_next++];
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }

        private bool FillPool()
        {
            Store.Clear();
            while (Store.Count < _poolSize && _input.MoveNext())
                _record();
            _order = [.. Enumerable.Range(0, Store.Count)];
            _rand.Shuffle(_order);
            _next = 0;
            return _order.Length > 0;
        }
    }
}
