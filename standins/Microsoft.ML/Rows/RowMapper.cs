using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>Output rows made of input columns passed on and of columns computed from them.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly Source[] _sources;

    private RowMapper(DataViewSchema input, IReadOnlyList<Source> sources)
    {
        InputSchema = input;
        _sources = [.. sources];
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources.Select(source => source.Map?.Output ?? new DataViewSchema.DetachedColumn(input[source.InputIndex])));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>All input columns and the new ones; a new column stands right after the last of its name, else at the end.</summary>
    public static RowMapper Adding(DataViewSchema input, IEnumerable<ColumnMap> added)
    {
        var sources = input.Select(column => new Source(column.Name, column.Index, null)).ToList();
        foreach (var map in added)
        {
            var last = sources.FindLastIndex(source => source.Name == map.Output.Name);
            sources.Insert(last >= 0 ? last + 1 : sources.Count, new Source(map.Output.Name, -1, map));
        }

        return new RowMapper(input, sources);
    }

    /// <summary>The input columns of the given indices, in that order.</summary>
    public static RowMapper Selecting(DataViewSchema input, IEnumerable<int> indices) =>
        new(input, [.. indices.Select(index => new Source(input[index].Name, index, null))]);

    public bool IsComputed(DataViewSchema.Column output) => _sources[output.Index].Map is not null;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new bool[InputSchema.Count];
        foreach (var column in dependingColumns)
        {
            foreach (var index in _sources[column.Index].Inputs)
                needed[index] = true;
        }

        return InputSchema.Where(column => needed[column.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => CreateRow(input, activeColumns);

    internal MappedRow CreateRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var getters = new Delegate[OutputSchema.Count];
        var active = new bool[OutputSchema.Count];
        var disposers = new List<Action>();
        foreach (var column in activeColumns)
        {
            active[column.Index] = true;
            getters[column.Index] = _sources[column.Index].Map?.MakeGetter(input, disposers);
        }

        return new MappedRow(this, input, active, getters, disposers);
    }

    private int PassedOn(int outputIndex) => _sources[outputIndex].InputIndex;

    private sealed record Source(string Name, int InputIndex, ColumnMap Map)
    {
        public IReadOnlyList<int> Inputs => Map?.Inputs ?? [InputIndex];
    }

    internal sealed class MappedRow(RowMapper mapper, DataViewRow input, bool[] active, Delegate[] getters, List<Action> disposers) : DataViewRow
    {
        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not asked for when the row was made.");
            if (getters[column.Index] is not { } getter)
                return input.GetGetter<TValue>(input.Schema[mapper.PassedOn(column.Index)]);
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue)}.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                foreach (var disposer in disposers)
                    disposer();
                disposers.Clear();
                input.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
