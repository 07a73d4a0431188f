using System.Collections.Immutable;
using Microsoft.ML.Data;

namespace Microsoft.ML.Files;

/// <summary>Writes and reads column types.</summary>
internal static class TypeCodec
{
    private static readonly PrimitiveDataViewType[] s_simple =
    [
        .. NumberDataViewType.All,
        TextDataViewType.Instance,
        BooleanDataViewType.Instance,
        DateTimeDataViewType.Instance,
        DateTimeOffsetDataViewType.Instance,
        TimeSpanDataViewType.Instance,
        RowIdDataViewType.Instance,
    ];

    private const byte Simple = 0;
    private const byte Key = 1;
    private const byte Vector = 2;

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case KeyDataViewType key:
                writer.Write(Key);
                Write(writer, ColumnTypes.Number(key.RawType));
                writer.Write(key.Count);
                break;
            case VectorDataViewType vector:
                writer.Write(Vector);
                Write(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (var dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            default:
                writer.Write(Simple);
                writer.Write((byte)Array.IndexOf(s_simple, type));
                break;
        }
    }

    public static DataViewType Read(BinaryReader reader) => reader.ReadByte() switch
    {
        Simple when reader.ReadByte() is var index && index < s_simple.Length => s_simple[index],
        Key => new KeyDataViewType(Read(reader).RawType, reader.ReadUInt64()),
        Vector => new VectorDataViewType((PrimitiveDataViewType)Read(reader), ReadDimensions(reader)),
        _ => throw new FormatException("Corrupt data: an unknown column type."),
    };

    private static ImmutableArray<int> ReadDimensions(BinaryReader reader)
    {
        var dimensions = ImmutableArray.CreateBuilder<int>();
        for (var remaining = reader.ReadInt32(); remaining > 0; remaining--)
            dimensions.Add(reader.ReadInt32());
        return dimensions.ToImmutable();
    }
}
