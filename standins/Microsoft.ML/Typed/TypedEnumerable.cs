using Microsoft.ML.Data;

namespace Microsoft.ML.Typed;

/// <summary>Rows of a view as objects.</summary>
internal static class TypedEnumerable
{
    public static IEnumerable<TRow> Create<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns, SchemaDefinition definition)
        where TRow : class, new()
    {
        // Checked now, not at the first row.
        var reader = new RowReader<TRow>(data.Schema, definition, ignoreMissingColumns);
        return Read(data, reader, reuseRowObject);
    }

    private static IEnumerable<TRow> Read<TRow>(IDataView data, RowReader<TRow> reader, bool reuseRowObject)
        where TRow : class, new()
    {
        using var cursor = data.GetRowCursor(reader.Columns);
        var read = reader.CreateReader(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            if (row is null || !reuseRowObject)
                row = new TRow();
            read(row);
            yield return row;
        }
    }
}
