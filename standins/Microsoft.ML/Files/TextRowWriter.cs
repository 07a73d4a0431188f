using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Files;

/// <summary>Writes rows as lines of fields; columns that are neither primitive nor vectors (images) are left out.</summary>
internal static class TextRowWriter
{
    public static void Write(IDataView data, Stream stream, char separator, bool headerRow, bool schema, bool keepHidden)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        var columns = data.Schema
            .Where(column => ColumnTypes.IsCacheable(column.Type) && (keepHidden || !column.IsHidden))
            .ToList();
        if (schema)
        {
            foreach (var column in columns)
                writer.WriteLine($"#@ {column.Name}: {column.Type}");
        }

        if (headerRow)
            writer.WriteLine(string.Join(separator, columns.Select(column => Quote(column.Name, separator))));

        using var cursor = data.GetRowCursor(columns);
        var fields = columns.Select(column => Generic
            .Method(typeof(TextRowWriter), column.Type is VectorDataViewType ? nameof(VectorFields) : nameof(ScalarField), column.Type.ItemType().RawType)
            .Call<Func<IEnumerable<string>>>(cursor, column, separator)).ToList();
        while (cursor.MoveNext())
            writer.WriteLine(string.Join(separator, fields.SelectMany(read => read())));
    }

    private static Func<IEnumerable<string>> ScalarField<T>(DataViewRow row, DataViewSchema.Column column, char separator)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return [Format(value, column.Type, separator)];
        };
    }

    private static Func<IEnumerable<string>> VectorFields<T>(DataViewRow row, DataViewSchema.Column column, char separator)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            getter(ref vector);
            return vector.DenseValues().Select(value => Format(value, column.Type.ItemType(), separator));
        };
    }

    // Keys are held from 1 and written from 0; a missing one is an empty field.
    private static string Format<T>(T value, DataViewType type, char separator) => value switch
    {
        bool truth => truth ? "1" : "0",
        _ when type is KeyDataViewType => Convert.ToUInt64(value, CultureInfo.InvariantCulture) is > 0 and var key ? $"{key - 1}" : "",
        _ => Quote(FormattableString.Invariant($"{value}"), separator),
    };

    private static string Quote(string text, char separator) =>
        text.AsSpan().IndexOfAny(separator, '"', '\n') >= 0 ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
