using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Questions about column types that several steps ask.</summary>
internal static class ColumnTypes
{
    public static NumberDataViewType Number(Type rawType) =>
        NumberDataViewType.All.FirstOrDefault(type => type.RawType == rawType);

    /// <summary>The built-in type of a .NET value type, or null.</summary>
    public static PrimitiveDataViewType Primitive(Type rawType)
    {
        if (Number(rawType) is { } number)
            return number;
        if (rawType == typeof(ReadOnlyMemory<char>) || rawType == typeof(string))
            return TextDataViewType.Instance;
        if (rawType == typeof(bool))
            return BooleanDataViewType.Instance;
        if (rawType == typeof(DateTime))
            return DateTimeDataViewType.Instance;
        if (rawType == typeof(DateTimeOffset))
            return DateTimeOffsetDataViewType.Instance;
        if (rawType == typeof(TimeSpan))
            return TimeSpanDataViewType.Instance;
        return rawType == typeof(DataViewRowId) ? RowIdDataViewType.Instance : null;
    }

    public static DataViewType ItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    /// <summary>Only values that can be copied can be kept: primitives and vectors of them, not images.</summary>
    public static bool IsCacheable(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;
}
