using Microsoft.ML.Typed;

namespace Microsoft.ML.Data;

/// <summary>Reads one column.</summary>
public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.GetColumn<T>(data.Schema.Require(columnName, "input", nameof(columnName)));
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (raw, converter) = Converters.Find(typeof(T));
        if (raw != column.Type.RawType)
            throw new InvalidOperationException($"Could not apply a map over type '{typeof(T)}' to column '{column.Name}' since it has type '{column.Type}'.");
        return Generic.Method(typeof(ColumnCursorExtensions), nameof(Read), typeof(T), raw).Call<IEnumerable<T>>(data, column, converter);
    }

    private static IEnumerable<T> Read<T, TRaw>(IDataView data, DataViewSchema.Column column, ValueConverter<T, TRaw> converter)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TRaw>(column);
        TRaw value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return converter.FromRaw(in value);
        }
    }
}
