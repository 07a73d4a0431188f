using System.Text;
using Microsoft.ML.Rows;

namespace Microsoft.ML.Files;

/// <summary>
/// The stand-in's own binary file of a view: schema with annotations, then the rows. Columns of other than primitive and
/// vector types (images) are left out without a word, as in the real package.
/// </summary>
internal static class BinaryViewFormat
{
    private const string Magic = "ML.StandIn.View.1";

    public static void Write(IDataView data, Stream stream, bool keepHidden)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        var columns = data.Schema
            .Where(column => ColumnTypes.IsCacheable(column.Type) && (keepHidden || !column.IsHidden))
            .ToList();
        writer.Write(Magic);
        writer.Write(columns.Count);
        foreach (var column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            WriteAnnotations(writer, column.Annotations);
        }

        using var cursor = data.GetRowCursor(columns);
        var writers = columns.Select(column => ValueCodec.Create(column.Type).CreateWriter(cursor, column)).ToList();
        while (cursor.MoveNext())
        {
            writer.Write(true);
            writers.ForEach(write => write(writer));
        }

        writer.Write(false);
    }

    public static IDataView Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (ReadMagic(reader) != Magic)
            throw new FormatException("This is not a binary view file of the Microsoft.ML stand-in.");
        var builder = new DataViewSchema.Builder();
        for (var remaining = reader.ReadInt32(); remaining > 0; remaining--)
            builder.AddColumn(reader.ReadString(), TypeCodec.Read(reader), ReadAnnotations(reader));

        var schema = builder.ToSchema();
        var store = new RowStore(schema, schema);
        var readers = schema.Select(column => ValueCodec.Create(column.Type).CreateReader(store, column.Index)).ToList();
        while (reader.ReadBoolean())
        {
            readers.ForEach(read => read(reader));
            store.AddId();
        }

        return new StoredView(store);
    }

    private static string ReadMagic(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Magic.Length + 1];
        var read = reader.BaseStream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length && bytes[0] == Magic.Length ? Encoding.ASCII.GetString(bytes[1..]) : null;
    }

    private static void WriteAnnotations(BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        var columns = annotations.Schema.Where(column => ColumnTypes.IsCacheable(column.Type)).ToList();
        writer.Write(columns.Count);
        foreach (var column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            ValueCodec.Create(column.Type).WriteAnnotation(writer, annotations, column.Name);
        }
    }

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        for (var remaining = reader.ReadInt32(); remaining > 0; remaining--)
        {
            var name = reader.ReadString();
            var type = TypeCodec.Read(reader);
            ValueCodec.Create(type).ReadAnnotation(reader, builder, name, type);
        }

        return builder.ToAnnotations();
    }
}
