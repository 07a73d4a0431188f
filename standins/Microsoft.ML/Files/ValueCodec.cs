using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Files;

/// <summary>Writes and reads the values of one column type.</summary>
internal abstract class ValueCodec
{
    public static ValueCodec Create(DataViewType type) => type is VectorDataViewType vector
        ? (ValueCodec)Activator.CreateInstance(typeof(VectorCodec<>).MakeGenericType(vector.ItemType.RawType), Create(vector.ItemType))
        : type.RawType == typeof(ReadOnlyMemory<char>)
            ? new TextCodec()
            : (ValueCodec)Activator.CreateInstance(typeof(BlittableCodec<>).MakeGenericType(type.RawType));

    public abstract Action<BinaryWriter> CreateWriter(DataViewRow row, DataViewSchema.Column column);

    public abstract void WriteAnnotation(BinaryWriter writer, DataViewSchema.Annotations annotations, string kind);

    public abstract void ReadAnnotation(BinaryReader reader, DataViewSchema.Annotations.Builder annotations, string kind, DataViewType type);

    public abstract Action<BinaryReader> CreateReader(Rows.RowStore store, int column);
}

internal abstract class ValueCodec<T> : ValueCodec
{
    public abstract void Write(BinaryWriter writer, in T value);

    public abstract T Read(BinaryReader reader);

    public override Action<BinaryWriter> CreateWriter(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return writer =>
        {
            getter(ref value);
            Write(writer, in value);
        };
    }

    public override Action<BinaryReader> CreateReader(Rows.RowStore store, int column)
    {
        var buffer = store.Column<T>(column);
        return reader => buffer.Append(Read(reader));
    }

    public override void WriteAnnotation(BinaryWriter writer, DataViewSchema.Annotations annotations, string kind)
    {
        T value = default;
        annotations.GetValue(kind, ref value);
        Write(writer, in value);
    }

    public override void ReadAnnotation(BinaryReader reader, DataViewSchema.Annotations.Builder annotations, string kind, DataViewType type)
    {
        var value = Read(reader);
        annotations.Add(kind, type, (ref T destination) => destination = value);
    }
}

internal sealed class TextCodec : ValueCodec<ReadOnlyMemory<char>>
{
    public override void Write(BinaryWriter writer, in ReadOnlyMemory<char> value) => writer.Write(value.ToString());

    public override ReadOnlyMemory<char> Read(BinaryReader reader) => reader.ReadString().AsMemory();
}

internal sealed class BlittableCodec<T> : ValueCodec<T>
    where T : struct
{
    public override void Write(BinaryWriter writer, in T value) => writer.Write(AsBytes(ref Unsafe.AsRef(in value)));

    public override T Read(BinaryReader reader)
    {
        T value = default;
        reader.BaseStream.ReadExactly(AsBytes(ref value));
        return value;
    }

    private static Span<byte> AsBytes(ref T value) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>());
}

internal sealed class VectorCodec<T>(ValueCodec<T> items) : ValueCodec<VBuffer<T>>
{
    public override void Write(BinaryWriter writer, in VBuffer<T> value)
    {
        writer.Write(value.Length);
        writer.Write(value.GetValues().Length);
        foreach (var index in value.GetIndices())
            writer.Write(index);
        foreach (var item in value.GetValues())
            items.Write(writer, in item);
    }

    public override VBuffer<T> Read(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        var count = reader.ReadInt32();
        if (count < 0 || count > length)
            throw new FormatException($"Corrupt data: a vector of length {length} with {count} values.");
        var indices = new List<int>();
        for (var i = 0; count < length && i < count; i++)
            indices.Add(reader.ReadInt32());
        var values = new List<T>();
        for (var i = 0; i < count; i++)
            values.Add(items.Read(reader));
        return new VBuffer<T>(length, count, [.. values], count < length ? [.. indices] : null);
    }
}
