using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>What a row carries in the added columns.</summary>
internal readonly record struct Provenance(
    bool IsSynthetic, float ExampleWeight, string SourceId, string Prompt, long Seed, float Score)
{
    /// <summary>The provenance of a real row.</summary>
    public static Provenance OfRealRow(string sourceId, float exampleWeight) =>
        new(false, exampleWeight, sourceId, "", 0, float.NaN);

    /// <summary>
    /// The provenance of a row that was not fitted on: no image leans on it, so that it needs no name.
    /// </summary>
    public static Provenance OfOtherRow { get; } = OfRealRow("", 1);
}

/// <summary>The columns that the transformer adds, in their order.</summary>
/// <remarks>
/// An input may have a column with the name of one of them: its own, or an earlier synthesis step's. Its rows keep what
/// they say there, but for weights, which are multiplied. A column of another type is refused.
/// </remarks>
internal sealed class AddedColumns
{
    public const string ExampleWeight = "ExampleWeight";
    public const string SourceId = "SourceId";
    private const int ExampleWeightIndex = 1;
    private const int SoftLabelIndex = 6;

    private readonly string _labelName;
    private readonly IReadOnlyList<string> _labels;
    private readonly SoftLabelColumn _softLabel;

    /// <param name="prefix">Put before their names.</param>
    /// <param name="labelName">The input's label column.</param>
    /// <param name="labels">The classes' labels, in order; empty while they are not known, before <c>Fit</c>.</param>
    public AddedColumns(string prefix, string labelName, IReadOnlyList<string> labels)
    {
        Prefix = prefix;
        _labelName = labelName;
        _labels = labels;
        _softLabel = new SoftLabelColumn(labels);
        Columns =
        [
            (prefix + "IsSynthetic", BooleanDataViewType.Instance),
            (prefix + ExampleWeight, NumberDataViewType.Single),
            (prefix + SourceId, TextDataViewType.Instance),
            (prefix + "SynthesisPrompt", TextDataViewType.Instance),
            (prefix + "SynthesisSeed", NumberDataViewType.Int64),
            (prefix + "SynthesisScore", NumberDataViewType.Single),
            (prefix + "SoftLabel", _softLabel.Type),
        ];
    }

    public string Prefix { get; }

    public IReadOnlyList<(string Name, DataViewType Type)> Columns { get; }

    /// <summary>The input's columns (hidden ones too, with their indices) and the added ones after them.</summary>
    /// <exception cref="ArgumentException">The input has a column of its own with the name of an added one, and of
    /// another type.</exception>
    public DataViewSchema AppendTo(DataViewSchema input)
    {
        Check(input);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var (name, type) in Columns)
            builder.AddColumn(name, type, type == _softLabel.Type ? _softLabel.Annotations : null);
        return builder.ToSchema();
    }

    /// <summary>Checks the input's own columns that have the name of an added one.</summary>
    /// <exception cref="ArgumentException">One of them is of another type.</exception>
    public void Check(DataViewSchema input)
    {
        for (var index = 0; index < Columns.Count; index++)
        {
            if (FindOwn(input, index) is { } own && !CanTakeOver(index, own))
                throw Clash(own.Name, own.Type.ToString()!, Columns[index].Type);
        }
    }

    /// <summary>The input's own column with the name of an added one, or null.</summary>
    /// <param name="input">The input's schema.</param>
    /// <param name="index">Which of <see cref="Columns"/>.</param>
    public DataViewSchema.Column? FindOwn(DataViewSchema input, int index) =>
        input.GetColumnOrNull(Columns[index].Name);

    /// <summary>The names of the input's own columns that have the name of an added one.</summary>
    public IReadOnlySet<string> OwnNames(DataViewSchema input) =>
        Enumerable.Range(0, Columns.Count).Where(index => FindOwn(input, index) is not null)
            .Select(index => Columns[index].Name).ToHashSet();

    /// <summary>What is wrong with an input's own column.</summary>
    public static ArgumentException Clash(string name, string type, DataViewType wanted) =>
        new($"The data have a column '{name}' of their own, of type {type}, and this step adds a column of that name "
            + $"and of type {wanted}. "
            + "Set Options.AddedColumnPrefix, which goes before the names of the added columns, or rename or drop "
            + "yours.");

    /// <summary>
    /// The input's columns that must be read for those needed: these themselves, own ones of the same name, and the
    /// label for the soft label of real rows.
    /// </summary>
    public IEnumerable<DataViewSchema.Column> DependenciesOf(
        IEnumerable<DataViewSchema.Column> needed, DataViewSchema input)
    {
        var active = new HashSet<int>(needed.Select(column => column.Index));
        foreach (var own in Enumerable.Range(0, Columns.Count).Where(index => active.Contains(input.Count + index))
            .Select(index => FindOwn(input, index)).ToList())
        {
            if (own is { } column)
                active.Add(column.Index);
        }
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
    /// <param name="openSoftLabel">Begins to read the current row's soft label; called for that column only, as it
    /// needs the label.</param>
    public ValueGetter<TValue> CreateGetter<TValue>(
        int index, Func<Provenance> provenance, Func<Func<SoftLabel>> openSoftLabel)
    {
        Delegate getter = index switch
        {
            0 => (ValueGetter<bool>)((ref bool value) => value = provenance().IsSynthetic),
            1 => (ValueGetter<float>)((ref float value) => value = provenance().ExampleWeight),
            2 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = provenance().SourceId.AsMemory()),
            3 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = provenance().Prompt.AsMemory()),
            4 => (ValueGetter<long>)((ref long value) => value = provenance().Seed),
            5 => (ValueGetter<float>)((ref float value) => value = provenance().Score),
            SoftLabelIndex => _softLabel.CreateGetter(openSoftLabel()),
            _ => throw new ArgumentOutOfRangeException(
                nameof(index), index, $"There are {Columns.Count} added columns."),
        };
        return Getters.Cast<TValue>(getter, Columns[index].Name);
    }

    /// <summary>A getter of what an input row's own column of the same name says; null if the input has none.</summary>
    /// <param name="row">The input's row.</param>
    /// <param name="index">Which of <see cref="Columns"/>.</param>
    /// <param name="factor">What weights are multiplied by.</param>
    public ValueGetter<TValue>? CreateOwnGetter<TValue>(DataViewRow row, int index, float factor)
    {
        if (FindOwn(row.Schema, index) is not { } own)
            return null;
        if (index != ExampleWeightIndex)
            return row.GetGetter<TValue>(own);
        var getter = row.GetGetter<float>(own);
        return Getters.Cast<TValue>((ValueGetter<float>)((ref float value) =>
        {
            getter(ref value);
            value *= factor;
        }), own.Name);
    }

    // While the labels are not known, before Fit, any size of a soft label may be the right one.
    private bool CanTakeOver(int index, DataViewSchema.Column own) => index == SoftLabelIndex
        ? own.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single
            && (_labels.Count == 0 || (vector.Size == _labels.Count
                && TextAnnotation.Read(own, TextAnnotation.SlotNames)?.SequenceEqual(_labels) == true))
        : own.Type.Equals(Columns[index].Type);

    private DataViewSchema.Column? FindLabel(DataViewSchema input) =>
        input.GetColumnOrNull(_labelName) is { } label && LabelReader.Supports(label.Type) ? label : null;
}
