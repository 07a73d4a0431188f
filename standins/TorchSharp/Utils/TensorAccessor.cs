using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in order of their indices. Reads and writes the tensor's own memory.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly Tensor _tensor;
    private readonly T* _data;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(Tensor tensor)
    {
        // Its own reference, so that the memory outlives the tensor it was asked of.
        _tensor = tensor.alias().DetachFromDisposeScope();
        _data = (T*)_tensor.DataPointer();
        _shape = _tensor.shape;
        _strides = _tensor.stride();
        _contiguous = _tensor.is_contiguous();
        Count = _tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => *At(indices);
        set => *At(indices) = value;
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.Equals(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !left.Equals(right);

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public Array ToNDArray()
    {
        var array = Array.CreateInstance(typeof(T), _shape);
        long position = 0;
        foreach (var value in this)
            array.SetValue(value, Unravel(position++));
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = checked((int)(Count - tensorIndex));
        var target = array.Slice(arrayIndex, count);
        if (_contiguous)
            new ReadOnlySpan<T>(_data + tensorIndex, count).CopyTo(target);
        else
            for (var i = 0; i < count; i++)
                target[i] = _data[Offset(tensorIndex + i)];
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(new ReadOnlySpan<T>(array), arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        if (source.Length > Count - tensorIndex)
            throw new ArgumentException($"{source.Length} elements do not fit the {Count - tensorIndex} of the tensor.", nameof(array));
        for (var i = 0; i < source.Length; i++)
            _data[Offset(tensorIndex + i)] = source[i];
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return Read(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && Count == other.Count && this.SequenceEqual(other);

    public override int GetHashCode() => Count.GetHashCode();

    public void Dispose() => _tensor.Dispose();

    private T Read(long position) => _data[Offset(position)];

    private T* At(long[] indices)
    {
        _ = _tensor.Handle;
        if (indices.Length == 1 && _shape.Length != 1)
            return indices[0] >= 0 && indices[0] < Count ? _data + Offset(indices[0]) : throw new IndexOutOfRangeException();
        if (indices.Length != _shape.Length)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {_shape.Length} dimensions.", nameof(indices));
        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= _shape[i])
                throw new IndexOutOfRangeException($"Index {indices[i]} of dimension {i}, which has {_shape[i]} elements.");
            offset += indices[i] * _strides[i];
        }
        return _data + offset;
    }

    private long Offset(long position)
    {
        if (_contiguous)
            return position;
        long offset = 0;
        for (var i = _shape.Length - 1; i >= 0; i--)
        {
            offset += position % _shape[i] * _strides[i];
            position /= _shape[i];
        }
        return offset;
    }

    private long[] Unravel(long position)
    {
        var indices = new long[_shape.Length];
        for (var i = _shape.Length - 1; i >= 0; i--)
        {
            indices[i] = position % _shape[i];
            position /= _shape[i];
        }
        return indices;
    }
}
