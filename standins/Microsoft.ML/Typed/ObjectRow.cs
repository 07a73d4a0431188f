using Microsoft.ML.Data;

namespace Microsoft.ML.Typed;

/// <summary>A row that shows one object at a time: the prediction engine's input.</summary>
internal sealed class ObjectRow<TRow> : DataViewRow
{
    private readonly IReadOnlyList<MemberBinding<TRow>> _bindings;
    private long _position = -1;
    private TRow _current;

    public ObjectRow(SchemaDefinition definition)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        _bindings = MemberBinding<TRow>.All(definition);
        var builder = new DataViewSchema.Builder();
        foreach (var column in definition)
            builder.AddColumn(column.ColumnName, column.ColumnType, column.Annotations);
        Schema = builder.ToSchema();
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public void Show(TRow row)
    {
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _bindings[column.Index].CreateGetter(() => _current) as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue)}.");
}
