namespace MLNet.SynthAugment.FewShot;

/// <summary>A label as text, which identifies the class, and as the value its column holds.</summary>
internal readonly record struct LabelOfRow(string Text, object Value);

/// <summary>Reads labels of every supported column type; null stands for a missing label.</summary>
internal static class LabelReader
{
    /// <summary>What the user may do about an unsupported type, for error messages.</summary>
    public const string SupportedTypes = "text, a key, a number or Boolean";

    public static bool Supports(DataViewType type) =>
        type is TextDataViewType or KeyDataViewType or NumberDataViewType or BooleanDataViewType;

    public static Func<LabelOfRow?> Create(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
            return ReadText(row.GetGetter<ReadOnlyMemory<char>>(column));
        if (column.Type is BooleanDataViewType)
            return Read(row.GetGetter<bool>(column), value => value.ToString());
        var names = column.Type is KeyDataViewType ? KeyValues.Read(column) : null;
        var isKey = column.Type is KeyDataViewType;
        return column.Type.RawType switch
        {
            var type when type == typeof(byte) => ReadNumber<byte>(row, column, isKey, names),
            var type when type == typeof(sbyte) => ReadNumber<sbyte>(row, column, isKey, names),
            var type when type == typeof(ushort) => ReadNumber<ushort>(row, column, isKey, names),
            var type when type == typeof(short) => ReadNumber<short>(row, column, isKey, names),
            var type when type == typeof(uint) => ReadNumber<uint>(row, column, isKey, names),
            var type when type == typeof(int) => ReadNumber<int>(row, column, isKey, names),
            var type when type == typeof(ulong) => ReadNumber<ulong>(row, column, isKey, names),
            var type when type == typeof(long) => ReadNumber<long>(row, column, isKey, names),
            var type when type == typeof(float) => ReadNumber<float>(row, column, isKey, names),
            var type when type == typeof(double) => ReadNumber<double>(row, column, isKey, names),
            _ => throw new ArgumentException(
                $"Label column '{column.Name}' is of type {column.Type}; it must be {SupportedTypes}."),
        };
    }

    private static Func<LabelOfRow?> ReadText(ValueGetter<ReadOnlyMemory<char>> getter) => () =>
    {
        ReadOnlyMemory<char> value = default;
        getter(ref value);
        // The getter may reuse its buffer for the next row, so the value is copied.
        var text = value.ToString();
        return text.Length == 0 ? null : new LabelOfRow(text, text.AsMemory());
    };

    private static Func<LabelOfRow?> ReadNumber<T>(
        DataViewRow row, DataViewSchema.Column column, bool isKey, string[]? names)
        where T : struct, IConvertible, IFormattable
    {
        // A key counts from 1; 0 is its missing value, as NaN is that of a real number.
        return Read(row.GetGetter<T>(column), value =>
        {
            var number = value.ToString(null, CultureInfo.InvariantCulture);
            if (!isKey)
                return number == "NaN" ? null : number;
            var key = value.ToUInt64(CultureInfo.InvariantCulture);
            return key == 0 ? null : names is not null && key <= (ulong)names.Length ? names[key - 1] : number;
        });
    }

    private static Func<LabelOfRow?> Read<T>(ValueGetter<T> getter, Func<T, string?> describe)
        where T : struct => () =>
    {
        T value = default;
        getter(ref value);
        return describe(value) is { } text ? new LabelOfRow(text, value) : null;
    };
}
