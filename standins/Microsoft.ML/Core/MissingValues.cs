using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Whether a row lacks a value: a number that is NaN (or a vector with one), a key of 0.</summary>
internal static class MissingValues
{
    public static Func<bool> CreateTest(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is KeyDataViewType)
        {
            var key = NumberReader.Create(row, column);
            return () => key() == 0;
        }

        if (column.Type.Equals(NumberDataViewType.Single))
            return Of<float>(row, column, float.IsNaN);
        if (column.Type.Equals(NumberDataViewType.Double))
            return Of<double>(row, column, double.IsNaN);
        return column.Type is VectorDataViewType vector && vector.ItemType.Equals(NumberDataViewType.Single)
            ? Of<VBuffer<float>>(row, column, values => values.GetValues().Contains(float.NaN))
            : () => false;
    }

    private static Func<bool> Of<T>(DataViewRow row, DataViewSchema.Column column, Func<T, bool> isMissing)
    {
        var getter = row.GetGetter<T>(row.Schema[column.Index]);
        T value = default;
        return () =>
        {
            getter(ref value);
            return isMissing(value);
        };
    }
}
