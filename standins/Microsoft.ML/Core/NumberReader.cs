namespace Microsoft.ML;

/// <summary>Reads a scalar column of any number, key or Boolean type as double.</summary>
internal static class NumberReader
{
    public static Func<double> Create(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type.RawType;
        if (type == typeof(float))
            return Of<float>(row, column, value => value);
        if (type == typeof(double))
            return Of<double>(row, column, value => value);
        if (type == typeof(uint))
            return Of<uint>(row, column, value => value);
        if (type == typeof(int))
            return Of<int>(row, column, value => value);
        if (type == typeof(long))
            return Of<long>(row, column, value => value);
        if (type == typeof(ulong))
            return Of<ulong>(row, column, value => value);
        if (type == typeof(byte))
            return Of<byte>(row, column, value => value);
        if (type == typeof(sbyte))
            return Of<sbyte>(row, column, value => value);
        if (type == typeof(short))
            return Of<short>(row, column, value => value);
        if (type == typeof(ushort))
            return Of<ushort>(row, column, value => value);
        if (type == typeof(bool))
            return Of<bool>(row, column, value => value ? 1 : 0);
        throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' holds {column.Type}, which is not a number.");
    }

    private static Func<double> Of<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> convert)
    {
        var getter = row.GetGetter<T>(row.Schema[column.Index]);
        T value = default;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }
}
