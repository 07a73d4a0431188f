using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>Copies of one column's values, row by row.</summary>
internal abstract class ColumnBuffer
{
    public static ColumnBuffer Create(DataViewType type)
    {
        var buffer = type is VectorDataViewType vector
            ? typeof(VectorColumnBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(PrimitiveColumnBuffer<>).MakeGenericType(type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(buffer, nonPublic: true);
    }

    /// <summary>An action that appends the row's present value.</summary>
    public abstract Action CreateRecorder(DataViewRow row, DataViewSchema.Column column);

    public abstract void Clear();
}

internal abstract class ColumnBuffer<T> : ColumnBuffer
{
    public override Action CreateRecorder(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            Append(in value);
        };
    }

    public abstract void Append(in T value);

    public abstract void Fetch(int row, ref T value);
}

internal sealed class PrimitiveColumnBuffer<T> : ColumnBuffer<T>
{
    private readonly List<T> _values = [];

    public override void Append(in T value) => _values.Add(value);

    public override void Fetch(int row, ref T value) => value = _values[row];

    public override void Clear() => _values.Clear();
}

/// <summary>Vectors are copied in and out: their arrays are the caller's to reuse.</summary>
internal sealed class VectorColumnBuffer<T> : ColumnBuffer<VBuffer<T>>
{
    private readonly List<VBuffer<T>> _values = [];

    public override void Append(in VBuffer<T> value)
    {
        VBuffer<T> copy = default;
        value.CopyTo(ref copy);
        _values.Add(copy);
    }

    public override void Fetch(int row, ref VBuffer<T> value) => _values[row].CopyTo(ref value);

    public override void Clear() => _values.Clear();
}
