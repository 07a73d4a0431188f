using Microsoft.ML.Files;

namespace Microsoft.ML.Data;

/// <summary>Loads text files of one row a line. Where the real loader reads at every pass, this one reads once, when it loads.</summary>
public sealed class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly Options _options;

    internal TextLoader(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Columns is not { Length: > 0 })
            throw new ArgumentException("The options name no columns: the stand-in does not infer them.", nameof(options));
        _options = options;
    }

    public DataViewSchema GetOutputSchema() => TextRows.CreateSchema(_options, null);

    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return TextRows.Read(source, _options);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("The Microsoft.ML stand-in does not save text loaders; save the model with its input schema.");

    /// <summary>Which fields make a column.</summary>
    public sealed class Column
    {
        public string Name;

        public Range[] Source;

        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    /// <summary>Consecutive fields, to the end of the line where there is no maximum.</summary>
    public sealed class Range
    {
        public int Min;

        public int? Max;

        public Range()
        {
        }

        public Range(int index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            Min = index;
            Max = index;
        }

        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
                throw new ArgumentOutOfRangeException(nameof(max), $"Fields {min} to {max}.");
            Min = min;
            Max = max;
        }
    }

    /// <summary>How a text file is to be read.</summary>
    public class Options
    {
        public Column[] Columns;

        public char[] Separators = ['\t'];

        public bool HasHeader;

        public bool AllowQuoting;

        public bool TrimWhitespace;

        public long? MaxRows;
    }
}
