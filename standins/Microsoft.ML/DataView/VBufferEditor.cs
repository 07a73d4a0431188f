namespace Microsoft.ML.Data;

/// <summary>Opens a vector's arrays for writing, reusing them where they are long enough.</summary>
public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination) =>
        Create(ref destination, destination.Length, destination.Count, keepOldOnResize: true);

    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false)
    {
        var count = valuesCount ?? newLogicalLength;
        if (newLogicalLength < 0 || count < 0 || count > newLogicalLength)
            throw new ArgumentOutOfRangeException(nameof(valuesCount), $"{count} values in a vector of length {newLogicalLength}.");

        var values = EnsureSize(destination.Values, count, maxValuesCapacity, keepOldOnResize, out var createdValues);
        var needsIndices = count < newLogicalLength || requireIndicesOnDense;
        var createdIndices = false;
        var indices = needsIndices
            ? EnsureSize(destination.Indices, count, maxValuesCapacity, keepOldOnResize, out createdIndices)
            : destination.Indices;
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, needsIndices, createdValues, createdIndices);
    }

    private static TItem[] EnsureSize<TItem>(TItem[] array, int count, int? maximum, bool keepOld, out bool created)
    {
        created = (array?.Length ?? 0) < count;
        if (!created)
            return array;
        if (keepOld && array is not null)
        {
            Array.Resize(ref array, Math.Max(count, Math.Min(maximum ?? count, 2 * array.Length)));
            return array;
        }

        return new TItem[count];
    }
}

/// <summary>A vector open for writing; <see cref="Commit"/> gives the vector.</summary>
public readonly ref struct VBufferEditor<T>
{
    public readonly Span<T> Values;

    public readonly Span<int> Indices;

    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool hasIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = hasIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        if (physicalValuesCount > Values.Length)
            throw new ArgumentOutOfRangeException(nameof(physicalValuesCount), $"{physicalValuesCount} of {Values.Length} values.");
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices);
    }
}
