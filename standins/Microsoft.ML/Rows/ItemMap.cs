using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>A function of one value, applied to a scalar column or to every item of a vector column.</summary>
internal static class ItemMap
{
    public static ColumnMap Create<TIn, TOut>(
        DataViewSchema.Column input,
        string outputName,
        PrimitiveDataViewType outputItemType,
        Func<TIn, TOut> map,
        DataViewSchema.Annotations annotations = null) =>
        Create<TIn, TOut>(input, outputName, outputItemType, (_, value) => map(value), annotations);

    /// <summary>As above; the function also gets the item's index (0 for a scalar).</summary>
    public static ColumnMap Create<TIn, TOut>(
        DataViewSchema.Column input,
        string outputName,
        PrimitiveDataViewType outputItemType,
        Func<int, TIn, TOut> map,
        DataViewSchema.Annotations annotations = null)
    {
        if (input.Type is not VectorDataViewType vector)
        {
            var scalar = new DataViewSchema.DetachedColumn(outputName, outputItemType, annotations);
            return ColumnMap.Of<TIn, TOut>(scalar, input, value => map(0, value));
        }

        var output = new DataViewSchema.DetachedColumn(outputName, new VectorDataViewType(outputItemType, vector.Dimensions), annotations);
        return new ColumnMap(output, [input.Index], (row, _) => VectorGetter(row.GetGetter<VBuffer<TIn>>(row.Schema[input.Index]), map));
    }

    private static ValueGetter<VBuffer<TOut>> VectorGetter<TIn, TOut>(ValueGetter<VBuffer<TIn>> getter, Func<int, TIn, TOut> map)
    {
        VBuffer<TIn> source = default;
        VBuffer<TIn> dense = default;
        return (ref VBuffer<TOut> destination) =>
        {
            getter(ref source);
            if (!source.IsDense)
                source.CopyToDense(ref dense);
            var values = (source.IsDense ? source : dense).GetValues();
            var editor = VBufferEditor.Create(ref destination, values.Length);
            for (var i = 0; i < values.Length; i++)
                editor.Values[i] = map(i, values[i]);
            destination = editor.Commit();
        };
    }
}
