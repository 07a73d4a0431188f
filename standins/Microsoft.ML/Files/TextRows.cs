using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Files;

/// <summary>Reads rows of text fields into memory.</summary>
internal static class TextRows
{
    public static DataViewSchema CreateSchema(TextLoader.Options options, int? fieldCount)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in options.Columns)
        {
            var item = column.KeyCount is { } keyCount
                ? new KeyDataViewType(column.DataKind.ToType().RawType, keyCount.Count ?? uint.MaxValue)
                : column.DataKind.ToType();
            var isScalar = column.Source is [{ } only] && only.Min == only.Max;
            var size = column.Source.Sum(range => ((range.Max ?? fieldCount - 1) - range.Min + 1) ?? 0);
            builder.AddColumn(column.Name, isScalar ? item : new VectorDataViewType(item, size));
        }

        return builder.ToSchema();
    }

    public static IDataView Read(IMultiStreamSource source, TextLoader.Options options)
    {
        var lines = ReadLines(source, options).Select(line => Split(line, options)).ToList();
        var schema = CreateSchema(options, lines.Select(fields => (int?)fields.Count).FirstOrDefault());
        var store = new RowStore(schema, schema);
        var appenders = schema.Select((column, i) => Generic
            .Method(typeof(TextRows), nameof(CreateAppender), column.Type.ItemType().RawType)
            .Call<Action<List<string>>>(store, column, options.Columns[i].Source)).ToList();
        foreach (var fields in lines)
        {
            appenders.ForEach(append => append(fields));
            store.AddId();
        }

        return new StoredView(store);
    }

    private static IEnumerable<string> ReadLines(IMultiStreamSource source, TextLoader.Options options)
    {
        var remaining = options.MaxRows ?? long.MaxValue;
        for (var i = 0; i < source.Count; i++)
        {
            using var reader = source.OpenTextReader(i);
            if (options.HasHeader)
                reader.ReadLine();
            while (remaining > 0 && reader.ReadLine() is { } line)
            {
                // Lines that describe the file, and empty ones, are no rows.
                if (line.Length == 0 || line.StartsWith("#@", StringComparison.Ordinal))
                    continue;
                remaining--;
                yield return line;
            }
        }
    }

    private static List<string> Split(string line, TextLoader.Options options)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (c == '"' && options.AllowQuoting && (quoted || field.Length == 0))
                quoted = !quoted;
            else if (!quoted && options.Separators.Contains(c))
                Finish();
            else
                field.Append(c);
        }

        Finish();
        return fields;

        void Finish()
        {
            fields.Add(options.TrimWhitespace ? field.ToString().Trim() : field.ToString());
            field.Clear();
        }
    }

    private static Action<List<string>> CreateAppender<T>(RowStore store, DataViewSchema.Column column, TextLoader.Range[] ranges)
    {
        var parse = CreateParser<T>(column.Type.ItemType());
        if (column.Type is not VectorDataViewType)
        {
            var scalars = store.Column<T>(column.Index);
            return fields => scalars.Append(parse(Field(fields, ranges[0].Min)));
        }

        var vectors = store.Column<VBuffer<T>>(column.Index);
        return fields =>
        {
            T[] values = [.. ranges.SelectMany(range => Enumerable
                .Range(range.Min, Math.Max(0, (range.Max ?? fields.Count - 1) - range.Min + 1))
                .Select(i => parse(Field(fields, i))))];
            vectors.Append(new VBuffer<T>(values.Length, values));
        };
    }

    private static string Field(List<string> fields, int index) => index < fields.Count ? fields[index] : "";

    // An empty field is the default value; keys are written from 0 and held from 1.
    private static Func<string, T> CreateParser<T>(DataViewType type)
    {
        if (type is TextDataViewType)
            return field => (T)(object)field.AsMemory();
        if (type is BooleanDataViewType)
            return field => (T)(object)(field is "1" || field.Equals("true", StringComparison.OrdinalIgnoreCase));
        if (type is not (NumberDataViewType or KeyDataViewType))
            throw new NotSupportedException($"The Microsoft.ML stand-in does not read {type} from text.");

        var convert = (Func<ReadOnlyMemory<char>, T>)ItemConversion.Create(TextDataViewType.Instance, ColumnTypes.Number(typeof(T)));
        if (type is not KeyDataViewType key)
            return field => field.Length == 0 ? default : convert(field.AsMemory());
        return field => ulong.TryParse(field, out var value) && value < key.Count
            ? convert($"{value + 1}".AsMemory())
            : default;
    }
}
