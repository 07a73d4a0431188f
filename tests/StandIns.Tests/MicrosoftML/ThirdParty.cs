using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.MicrosoftML;

/// <summary>What a package outside ML.NET can write: a view over rows of one class, whose cursors are counted.</summary>
internal sealed class PointView(int rowCount, Func<long, Exception?>? failure = null) : IDataView
{
    private int _cursorsOpened;
    private int _getterThread;

    public DataViewSchema Schema { get; } = CreateSchema();

    public bool CanShuffle => false;

    public int CursorsOpened => _cursorsOpened;

    /// <summary>The thread a getter last ran on.</summary>
    public int GetterThread => _getterThread;

    public static double FeatureOf(long row, int slot) => row % 3 * 4 + slot * (row % 3 == slot ? 3 : -1) + row % 7 * 0.1;

    public long? GetRowCount() => rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Interlocked.Increment(ref _cursorsOpened);
        return new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema CreateSchema()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char>[] names = ["zero".AsMemory(), "one".AsMemory(), "two".AsMemory()];
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 3), (ref VBuffer<ReadOnlyMemory<char>> value) =>
            value = new VBuffer<ReadOnlyMemory<char>>(3, names));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 2));
        builder.AddColumn("Label", new KeyDataViewType(typeof(uint), 3), annotations.ToAnnotations());
        return builder.ToSchema();
    }

    private sealed class Cursor(PointView view, HashSet<int> active) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        private int RowCount => (int)view.GetRowCount()!.Value;

        public override bool MoveNext()
        {
            if (_position + 1 >= RowCount)
                return false;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => column.Index == 0
            ? (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)GetFeatures
            : (ValueGetter<TValue>)(Delegate)(ValueGetter<uint>)((ref uint value) => value = (uint)(_position % 3) + 1);

        private void GetFeatures(ref VBuffer<float> value)
        {
            view._getterThread = Environment.CurrentManagedThreadId;
            if (view.Failure(_position) is { } exception)
                throw exception;
            var editor = VBufferEditor.Create(ref value, 2);
            editor.Values[0] = (float)FeatureOf(_position, 0);
            editor.Values[1] = (float)FeatureOf(_position, 1);
            value = editor.Commit();
        }
    }

    private Exception? Failure(long row) => failure?.Invoke(row);
}

/// <summary>Gives every row of its input twice: what an expander does that does not look at which view it gets.</summary>
internal sealed class TwiceEstimator(bool savesItself = false) : IEstimator<TwiceTransformer>
{
    public TwiceTransformer Fit(IDataView input) => new(savesItself);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
}

internal sealed class TwiceTransformer(bool savesItself) : ITransformer
{
    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

    public IDataView Transform(IDataView input) => new TwiceView(input);

    public void Save(ModelSaveContext ctx)
    {
        if (savesItself)
            ((ICanSaveModel)new TransformerChain<ITransformer>()).Save(ctx);
    }

    private sealed class TwiceView(IDataView input) : IDataView
    {
        public DataViewSchema Schema => input.Schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => 2 * input.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new Cursor(input.GetRowCursor(columnsNeeded));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded)];
    }

    private sealed class Cursor(DataViewRowCursor input) : DataViewRowCursor
    {
        private long _position = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_position % 2 != 0 && !input.MoveNext())
                return false;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
