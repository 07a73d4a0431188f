using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense (all values) or sparse (values at ascending indices, defaults elsewhere).</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    public readonly int Length;

    internal readonly int Count;
    internal readonly T[] Values;
    internal readonly int[] Indices;

    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (count < 0 || count > length)
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} values in a vector of length {length}.");
        if (count > (values?.Length ?? 0))
            throw new ArgumentException($"{count} values were promised, the array holds {values?.Length ?? 0}.", nameof(values));
        if (count < length && count > (indices?.Length ?? 0))
            throw new ArgumentException($"{count} indices were promised, the array holds {indices?.Length ?? 0}.", nameof(indices));
        Length = length;
        Count = count;
        Values = values;
        Indices = indices;
    }

    public bool IsDense => Count == Length;

    public ReadOnlySpan<T> GetValues() => Values.AsSpan(0, Count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : Indices.AsSpan(0, Count);

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, Count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        if (sourceIndex < 0 || length < 0 || sourceIndex + length > Length)
            throw new ArgumentOutOfRangeException(nameof(sourceIndex), $"Items {sourceIndex} to {sourceIndex + length} of a vector of length {Length}.");
        var (start, count) = PhysicalRange(sourceIndex, sourceIndex + length);
        var editor = VBufferEditor.Create(ref destination, length, count);
        GetValues().Slice(start, count).CopyTo(editor.Values);
        if (count < length)
        {
            for (var i = 0; i < count; i++)
                editor.Indices[i] = (IsDense ? start + i : Indices[start + i]) - sourceIndex;
        }

        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        for (var i = 0; i < Count; i++)
            target[Indices[i]] = Values[i];
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public T GetItemOrDefault(int index)
    {
        T value = default;
        GetItemOrDefault(index, ref value);
        return value;
    }

    public void GetItemOrDefault(int index, ref T destination)
    {
        if (index < 0 || index >= Length)
            throw new ArgumentOutOfRangeException(nameof(index), $"Item {index} of a vector of length {Length}.");
        var position = IsDense ? index : Array.BinarySearch(Indices, 0, Count, index);
        destination = position >= 0 ? Values[position] : default;
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (IsDense)
            return DenseItems(Values, Length);
        return all ? AllItems(Values, Indices, Count, Length) : SparseItems(Values, Indices, Count);
    }

    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {Count} explicit values";

    private (int Start, int Count) PhysicalRange(int from, int to)
    {
        if (IsDense)
            return (from, to - from);
        var indices = GetIndices();
        var start = LowerBound(indices, from);
        return (start, LowerBound(indices, to) - start);
    }

    private static int LowerBound(ReadOnlySpan<int> sorted, int value)
    {
        var position = sorted.BinarySearch(value);
        return position >= 0 ? position : ~position;
    }

    private static IEnumerable<KeyValuePair<int, T>> DenseItems(T[] values, int length)
    {
        for (var i = 0; i < length; i++)
            yield return new KeyValuePair<int, T>(i, values[i]);
    }

    private static IEnumerable<KeyValuePair<int, T>> SparseItems(T[] values, int[] indices, int count)
    {
        for (var i = 0; i < count; i++)
            yield return new KeyValuePair<int, T>(indices[i], values[i]);
    }

    private static IEnumerable<KeyValuePair<int, T>> AllItems(T[] values, int[] indices, int count, int length)
    {
        var next = 0;
        for (var i = 0; i < length; i++)
        {
            var isExplicit = next < count && indices[next] == i;
            yield return new KeyValuePair<int, T>(i, isExplicit ? values[next++] : default);
        }
    }
}
