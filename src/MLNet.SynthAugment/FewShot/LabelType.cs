namespace MLNet.SynthAugment.FewShot;

/// <summary>The type of a label column, as it is written to a file.</summary>
/// <param name="RawType">The .NET type's name without its namespace: <c>ReadOnlyMemory`1</c> for text.</param>
/// <param name="KeyCount">The number of keys, or null if the column is no key.</param>
/// <param name="KeyNames">The names of the keys, or null.</param>
internal sealed record LabelType(string RawType, ulong? KeyCount, string[]? KeyNames)
{
    private static readonly DataViewType[] s_types =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, NumberDataViewType.Byte, NumberDataViewType.SByte,
            NumberDataViewType.UInt16, NumberDataViewType.Int16,
        NumberDataViewType.UInt32, NumberDataViewType.Int32, NumberDataViewType.UInt64, NumberDataViewType.Int64,
            NumberDataViewType.Single, NumberDataViewType.Double,
    ];

    public static LabelType Of(DataViewSchema.Column column) => column.Type is KeyDataViewType key
        ? new LabelType(key.RawType.Name, key.Count, KeyValues.Read(column))
        : new LabelType(column.Type.RawType.Name, null, null);

    /// <exception cref="InvalidDataException">The type is none of those a label column can have.</exception>
    public void AddTo(DataViewSchema.Builder builder, string name)
    {
        if (KeyCount is not { } count)
            builder.AddColumn(name, ToType());
        else
            builder.AddColumn(name, new KeyDataViewType(ToType().RawType, count), KeyNames is null
                ? null : TextAnnotation.Create(TextAnnotation.KeyValues, KeyNames));
    }

    public static string Format(object value) => value switch
    {
        ReadOnlyMemory<char> text => text.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    public object Parse(string text) => ToType() is TextDataViewType
        ? text.AsMemory() : Convert.ChangeType(text, ToType().RawType, CultureInfo.InvariantCulture);

    /// <summary>The type of a column that is no key, or of a key's number.</summary>
    /// <exception cref="InvalidDataException">The type is none of those a label column can have.</exception>
    public DataViewType ToType() => Array.Find(s_types, type => type.RawType.Name == RawType)
        ?? throw new InvalidDataException($"The saved label column is of the unknown type '{RawType}'.");
}
