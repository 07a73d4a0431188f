using Microsoft.ML.Data;

namespace Microsoft.ML.Typed;

/// <summary>Objects as rows. Lists can be shuffled and counted; other sequences are enumerated anew by each cursor.</summary>
internal sealed class EnumerableView<TRow> : IDataView
    where TRow : class
{
    private readonly IEnumerable<TRow> _rows;
    private readonly IReadOnlyList<MemberBinding<TRow>> _bindings;

    public EnumerableView(IEnumerable<TRow> rows, SchemaDefinition definition)
    {
        _rows = rows;
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        _bindings = MemberBinding<TRow>.All(definition);
        var builder = new DataViewSchema.Builder();
        foreach (var column in definition)
            builder.AddColumn(column.ColumnName, column.ColumnType, column.Annotations);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _rows is IList<TRow>;

    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, columnsNeeded, Enumerate(rand).GetEnumerator());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private IEnumerable<(long Index, TRow Row)> Enumerate(Random rand)
    {
        if (rand is null || _rows is not IList<TRow> list)
            return _rows.Select((row, index) => ((long)index, row));
        var order = Enumerable.Range(0, list.Count).ToArray();
        rand.Shuffle(order);
        return order.Select(index => ((long)index, list[index]));
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly EnumerableView<TRow> _view;
        private readonly bool[] _active;
        private readonly IEnumerator<(long Index, TRow Row)> _rows;
        private long _position = -1;

        public Cursor(EnumerableView<TRow> view, IEnumerable<DataViewSchema.Column> columnsNeeded, IEnumerator<(long, TRow)> rows)
        {
            _view = view;
            _rows = rows;
            _active = new bool[view.Schema.Count];
            foreach (var column in columnsNeeded)
                _active[column.Index] = true;
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (!_rows.MoveNext())
                return false;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_rows.Current.Index, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the cursor was made.");
            return _view._bindings[column.Index].CreateGetter(() => _rows.Current.Row) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue)}.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
