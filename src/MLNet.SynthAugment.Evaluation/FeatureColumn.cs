using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>A column of feature vectors.</summary>
internal static class FeatureColumn
{
    /// <exception cref="ArgumentException">There is no such column, or it holds something else.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = InputColumns.FindByRole(schema, name, "feature");
        return column.Type is VectorDataViewType vector
            && (vector.ItemType == NumberDataViewType.Single || vector.ItemType == NumberDataViewType.Double)
            ? column
            : throw new ArgumentException(
                $"Feature column '{name}' is of type {column.Type}; it must be a vector of Single or Double.");
    }

    /// <summary>A function that gives a new array for the row that the cursor is on.</summary>
    public static Func<float[]> CreateReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Single)
            return Read(row.GetGetter<VBuffer<float>>(column), value => value);
        return Read(row.GetGetter<VBuffer<double>>(column), value => (float)value);
    }

    private static Func<float[]> Read<T>(ValueGetter<VBuffer<T>> getter, Func<T, float> convert)
    {
        VBuffer<T> values = default;
        return () =>
        {
            getter(ref values);
            return [.. values.DenseValues().Select(convert)];
        };
    }
}
