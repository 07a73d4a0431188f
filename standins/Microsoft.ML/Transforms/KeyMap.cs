using Microsoft.ML.Data;
using Microsoft.ML.Files;
using Microsoft.ML.Rows;

namespace Microsoft.ML.Transforms;

/// <summary>Distinct values, numbered from 1; 0 stands for a missing or unknown value.</summary>
internal abstract class KeyMap(PrimitiveDataViewType itemType)
{
    public PrimitiveDataViewType ItemType => itemType;

    public static KeyMap Create(PrimitiveDataViewType itemType)
    {
        if (itemType is TextDataViewType)
            return new KeyMap<ReadOnlyMemory<char>>(itemType, TextComparer.Instance, TextComparer.Instance);
        return (KeyMap)Activator.CreateInstance(typeof(KeyMap<>).MakeGenericType(itemType.RawType), itemType, null, null);
    }

    public abstract int Count { get; }

    /// <summary>Adds a column's values, while there are no more than a maximum.</summary>
    public abstract void AddAll(IDataView data, DataViewSchema.Column column, int maximumCount);

    public abstract void Sort();

    public abstract ColumnMap CreateMap(DataViewSchema.Column input, string outputName, bool keyValuesAsText);

    public abstract void Save(BinaryWriter writer);

    public static KeyMap Load(BinaryReader reader)
    {
        var map = Create((PrimitiveDataViewType)TypeCodec.Read(reader));
        map.LoadValues(reader);
        return map;
    }

    protected abstract void LoadValues(BinaryReader reader);
}

internal sealed class KeyMap<T>(PrimitiveDataViewType itemType, IEqualityComparer<T> equality, IComparer<T> order) : KeyMap(itemType)
{
    private readonly List<T> _values = [];
    private readonly Dictionary<T, uint> _keys = new(equality);

    public override int Count => _values.Count;

    public override void AddAll(IDataView data, DataViewSchema.Column column, int maximumCount)
    {
        using var cursor = data.GetRowCursor([column]);
        if (column.Type is VectorDataViewType)
        {
            VBuffer<T> vector = default;
            var getter = cursor.GetGetter<VBuffer<T>>(column);
            while (cursor.MoveNext() && Count < maximumCount)
            {
                getter(ref vector);
                foreach (var item in vector.DenseValues())
                    Add(item, maximumCount);
            }
        }
        else
        {
            T value = default;
            var getter = cursor.GetGetter<T>(column);
            while (cursor.MoveNext() && Count < maximumCount)
            {
                getter(ref value);
                Add(value, maximumCount);
            }
        }
    }

    public override void Sort()
    {
        _values.Sort(order);
        for (var i = 0; i < _values.Count; i++)
            _keys[_values[i]] = (uint)i + 1;
    }

    public override ColumnMap CreateMap(DataViewSchema.Column input, string outputName, bool keyValuesAsText)
    {
        var type = new KeyDataViewType(typeof(uint), Math.Max(1, Count));
        return ItemMap.Create<T, uint>(input, outputName, type, value => _keys.GetValueOrDefault(value), Annotate(keyValuesAsText));
    }

    public override void Save(BinaryWriter writer)
    {
        TypeCodec.Write(writer, ItemType);
        writer.Write(Count);
        var codec = (ValueCodec<T>)ValueCodec.Create(ItemType);
        foreach (var value in _values)
            codec.Write(writer, in value);
    }

    protected override void LoadValues(BinaryReader reader)
    {
        var codec = (ValueCodec<T>)ValueCodec.Create(ItemType);
        for (var remaining = reader.ReadInt32(); remaining > 0; remaining--)
            Add(codec.Read(reader), int.MaxValue);
    }

    private void Add(T value, int maximumCount)
    {
        if (Count < maximumCount && !IsMissing(value) && _keys.TryAdd(value, (uint)Count + 1))
            _values.Add(value);
    }

    private DataViewSchema.Annotations Annotate(bool asText)
    {
        if (asText && typeof(T) != typeof(ReadOnlyMemory<char>))
        {
            var texts = _values.Select(value => FormattableString.Invariant($"{value}").AsMemory()).ToArray();
            return AnnotationKinds.Vector(AnnotationKinds.KeyValues, TextDataViewType.Instance, texts);
        }

        return AnnotationKinds.Vector(AnnotationKinds.KeyValues, ItemType, _values.ToArray());
    }

    private static bool IsMissing(T value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty,
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => false,
    };
}
