using Microsoft.ML.Data;

namespace Microsoft.ML.Typed;

/// <summary>Fills objects of a row class from the rows of a schema.</summary>
internal sealed class RowReader<TRow>
{
    private readonly List<(MemberBinding<TRow> Binding, DataViewSchema.Column Column)> _columns = [];

    public RowReader(DataViewSchema schema, SchemaDefinition definition = null, bool ignoreMissingColumns = false)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write);
        foreach (var binding in MemberBinding<TRow>.All(definition))
        {
            var name = binding.Column.ColumnName;
            if (schema.GetColumnOrNull(name) is { } column)
            {
                Check(binding, column);
                _columns.Add((binding, column));
            }
            else if (!ignoreMissingColumns)
            {
                throw Errors.ColumnNotFound("Schema", "", name);
            }
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _columns.Select(item => item.Column);

    public Action<TRow> CreateReader(DataViewRow source)
    {
        var setters = _columns.Select(item => item.Binding.CreateSetter(source, source.Schema[item.Column.Index])).ToArray();
        return row =>
        {
            foreach (var set in setters)
                set(row);
        };
    }

    private static void Check(MemberBinding<TRow> binding, DataViewSchema.Column column)
    {
        if (binding.RawType != column.Type.RawType)
        {
            throw new InvalidOperationException(
                $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property " +
                $"'{binding.Column.MemberName}' of type '{binding.MemberType}'.");
        }

        // The real package can fill a member with an image only where some member has declared images of that very size.
        if (!ColumnTypes.IsCacheable(column.Type) && !DataViewTypeManager.Knows(column.Type))
            throw new NotSupportedException($"Type '{column.Type}' is not yet supported: no member declares it.");
    }
}
