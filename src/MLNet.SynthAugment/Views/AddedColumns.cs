using Microsoft.ML;
using Microsoft.ML.Data;

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
internal sealed class AddedColumns(string prefix)
{
    public string Prefix => prefix;

    public IReadOnlyList<(string Name, PrimitiveDataViewType Type)> Columns { get; } =
    [
        (prefix + "IsSynthetic", BooleanDataViewType.Instance),
        (prefix + "ExampleWeight", NumberDataViewType.Single),
        (prefix + "SourceId", TextDataViewType.Instance),
        (prefix + "SynthesisPrompt", TextDataViewType.Instance),
        (prefix + "SynthesisSeed", NumberDataViewType.Int64),
        (prefix + "SynthesisScore", NumberDataViewType.Single),
    ];

    /// <summary>The input's columns (hidden ones too, with their indices) and the added ones after them.</summary>
    public DataViewSchema AppendTo(IEnumerable<DataViewSchema.Column> input)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        foreach (var (name, type) in Columns)
            builder.AddColumn(name, type);
        return builder.ToSchema();
    }

    /// <summary>A getter of one added column.</summary>
    /// <param name="index">Which of <see cref="Columns"/>.</param>
    /// <param name="provenance">The current row's values.</param>
    public ValueGetter<TValue> CreateGetter<TValue>(int index, Func<Provenance> provenance)
    {
        Delegate getter = index switch
        {
            0 => (ValueGetter<bool>)((ref bool value) => value = provenance().IsSynthetic),
            1 => (ValueGetter<float>)((ref float value) => value = provenance().ExampleWeight),
            2 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = provenance().SourceId.AsMemory()),
            3 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = provenance().Prompt.AsMemory()),
            4 => (ValueGetter<long>)((ref long value) => value = provenance().Seed),
            5 => (ValueGetter<float>)((ref float value) => value = provenance().Score),
            _ => throw new ArgumentOutOfRangeException(nameof(index), index, "There are six added columns."),
        };
        return Getters.Cast<TValue>(getter, Columns[index].Name);
    }
}
