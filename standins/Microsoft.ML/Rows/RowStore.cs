using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>Copies of whole rows: some columns and the row ids.</summary>
internal sealed class RowStore
{
    private readonly ColumnBuffer[] _columns;
    private readonly List<DataViewRowId> _ids = [];

    public RowStore(DataViewSchema schema, IReadOnlyCollection<DataViewSchema.Column> columns)
    {
        Schema = schema;
        Columns = columns;
        _columns = new ColumnBuffer[schema.Count];
        foreach (var column in columns)
            _columns[column.Index] = ColumnBuffer.Create(column.Type);
    }

    public DataViewSchema Schema { get; }

    public IReadOnlyCollection<DataViewSchema.Column> Columns { get; }

    public int Count => _ids.Count;

    public bool Holds(DataViewSchema.Column column) => column.Index < _columns.Length && _columns[column.Index] is not null;

    public DataViewRowId Id(int row) => _ids[row];

    public ColumnBuffer<T> Column<T>(int index) => (ColumnBuffer<T>)_columns[index];

    /// <summary>An action that copies the row; columns are found in its schema by <paramref name="sourceIndex"/> of theirs here.</summary>
    public Action CreateRecorder(DataViewRow row, Func<int, int> sourceIndex = null)
    {
        var idGetter = row.GetIdGetter();
        var recorders = Columns
            .Select(column => _columns[column.Index].CreateRecorder(row, row.Schema[sourceIndex?.Invoke(column.Index) ?? column.Index]))
            .ToArray();
        return () =>
        {
            foreach (var recorder in recorders)
                recorder();
            DataViewRowId id = default;
            idGetter(ref id);
            _ids.Add(id);
        };
    }

    /// <summary>Ends a row whose columns were appended one by one; its id is its position.</summary>
    public void AddId() => _ids.Add(new DataViewRowId((ulong)_ids.Count, 0));

    public void Clear()
    {
        _ids.Clear();
        foreach (var column in Columns)
            _columns[column.Index].Clear();
    }
}

/// <summary>A cursor whose current row lies in a store.</summary>
internal abstract class StoredRowCursor(DataViewSchema schema) : DataViewRowCursor
{
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    protected RowStore Store { get; set; }

    protected int Row { get; set; }

    public override bool IsColumnActive(DataViewSchema.Column column) => Store.Holds(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = Store.Id(Row);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the cursor was made.");
        if (column.Type.RawType != typeof(TValue))
            throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue)}.");
        return (ref TValue value) => Store.Column<TValue>(column.Index).Fetch(Row, ref value);
    }

    public sealed override bool MoveNext()
    {
        if (!MoveNextRow())
            return false;
        _position++;
        return true;
    }

    protected abstract bool MoveNextRow();
}
