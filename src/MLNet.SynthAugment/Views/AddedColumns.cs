using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>What a row carries in the added columns.</summary>
internal readonly record struct Provenance(bool IsSynthetic, float ExampleWeight, string SourceId, string Prompt, long Seed, float Score)
{
    /// <summary>The provenance of a real row.</summary>
    public static Provenance OfRealRow(string sourceId, float exampleWeight = 1) => new(false, exampleWeight, sourceId, "", 0, float.NaN);

    /// <summary>A row's number as <see cref="SourceId"/>; ids beyond 64 bits are hashes and are shown whole.</summary>
    public static string SourceIdOf(DataViewRowId id) => id.High == 0 ? id.Low.ToString() : id.ToString();
}

/// <summary>The columns that the transformer adds, in their order.</summary>
internal sealed class AddedColumns
{
    private const int SoftLabelIndex = 6;

    private readonly string _labelName;
    private readonly SoftLabelColumn _softLabel;

    /// <param name="prefix">Put before their names.</param>
    /// <param name="labelName">The input's label column.</param>
    /// <param name="labels">The classes' labels, in order; empty while they are not known, before <c>Fit</c>.</param>
    public AddedColumns(string prefix, string labelName, IReadOnlyList<string> labels)
    {
        Prefix = prefix;
        _labelName = labelName;
        _softLabel = new SoftLabelColumn(labels);
        Columns =
        [
            (prefix + "IsSynthetic", BooleanDataViewType.Instance),
            (prefix + "ExampleWeight", NumberDataViewType.Single),
            (prefix + "SourceId", TextDataViewType.Instance),
            (prefix + "SynthesisPrompt", TextDataViewType.Instance),
            (prefix + "SynthesisSeed", NumberDataViewType.Int64),
            (prefix + "SynthesisScore", NumberDataViewType.Single),
            (prefix + "SoftLabel", _softLabel.Type),
        ];
    }

    public string Prefix { get; }

    public IReadOnlyList<(string Name, DataViewType Type)> Columns { get; }

    /// <summary>The input's columns (hidden ones too, with their indices) and the added ones after them.</summary>
    public DataViewSchema AppendTo(IEnumerable<DataViewSchema.Column> input)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var (name, type) in Columns)
            builder.AddColumn(name, type, type == _softLabel.Type ? _softLabel.Annotations : null);
        return builder.ToSchema();
    }

    /// <summary>The input's columns that must be read for those needed: these themselves, and the label for the soft label of real rows.</summary>
    public IEnumerable<DataViewSchema.Column> DependenciesOf(IEnumerable<DataViewSchema.Column> needed, DataViewSchema input)
    {
        var active = new HashSet<int>(needed.Select(column => column.Index));
        if (active.Contains(input.Count + SoftLabelIndex) && FindLabel(input) is { } label)
            active.Add(label.Index);
        return input.Where(column => active.Contains(column.Index));
    }

    /// <summary>Reads the soft label of a real row; without a label column it is missing.</summary>
    public Func<SoftLabel> ReadSoftLabel(DataViewRow row)
    {
        if (FindLabel(row.Schema) is not { } column)
            return () => default;
        var read = LabelReader.Create(row, column);
        return () => new SoftLabel(read()?.Text, null);
    }

    /// <summary>A getter of one added column.</summary>
    /// <param name="index">Which of <see cref="Columns"/>.</param>
    /// <param name="provenance">The current row's values.</param>
    /// <param name="openSoftLabel">Begins to read the current row's soft label; called for that column only, as it needs the label.</param>
    public ValueGetter<TValue> CreateGetter<TValue>(int index, Func<Provenance> provenance, Func<Func<SoftLabel>> openSoftLabel)
    {
        Delegate getter = index switch
        {
            0 => (ValueGetter<bool>)((ref bool value) => value = provenance().IsSynthetic),
            1 => (ValueGetter<float>)((ref float value) => value = provenance().ExampleWeight),
            2 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = provenance().SourceId.AsMemory()),
            3 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = provenance().Prompt.AsMemory()),
            4 => (ValueGetter<long>)((ref long value) => value = provenance().Seed),
            5 => (ValueGetter<float>)((ref float value) => value = provenance().Score),
            SoftLabelIndex => _softLabel.CreateGetter(openSoftLabel()),
            _ => throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Columns.Count} added columns."),
        };
        return Getters.Cast<TValue>(getter, Columns[index].Name);
    }

    private DataViewSchema.Column? FindLabel(DataViewSchema input) =>
        input.GetColumnOrNull(_labelName) is { } label && LabelReader.Supports(label.Type) ? label : null;
}
