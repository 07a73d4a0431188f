namespace Microsoft.ML.Data;

/// <summary>A simple column type, as an option.</summary>
public enum DataKind : byte
{
    SByte = 1,
    Byte = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Int64 = 7,
    UInt64 = 8,
    Single = 9,
    Double = 10,
    String = 11,
    Boolean = 12,
    TimeSpan = 13,
    DateTime = 14,
    DateTimeOffset = 15,
}

internal static class DataKinds
{
    /// <summary>The kind of a .NET type.</summary>
    public static DataKind Of(Type type) =>
        Enum.GetValues<DataKind>().FirstOrDefault(kind => kind.ToType().Equals(ColumnTypes.Primitive(type))) is var found and not 0
            ? found
            : throw new ArgumentException($"{type} is no kind of text field.", nameof(type));

    // Values 1 to 10 are the number types, in the order of NumberDataViewType.All.
    public static PrimitiveDataViewType ToType(this DataKind kind) => kind switch
    {
        >= DataKind.SByte and <= DataKind.Double => NumberDataViewType.All[(int)kind - 1],
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of data."),
    };
}
