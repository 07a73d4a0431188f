using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>How much a row belongs to which class.</summary>
/// <param name="Label">The row's label; null if it has none.</param>
/// <param name="Weights">Weights by label, whose sum is 1; null for a row that is its label's class alone.</param>
internal readonly record struct SoftLabel(string? Label, IReadOnlyDictionary<string, float>? Weights);

/// <summary>
/// The added column with a weight for each class, in the order of the labels, which are its slot names. A row whose
/// label is missing or none of the classes' holds missing values (NaN).
/// </summary>
/// <param name="labels">The classes' labels; empty while they are not known, before <c>Fit</c>.</param>
internal sealed class SoftLabelColumn(IReadOnlyList<string> labels)
{
    private readonly Dictionary<string, int> _slots = Enumerable.Range(0, labels.Count).ToDictionary(i => labels[i]);

    public VectorDataViewType Type { get; } = new(NumberDataViewType.Single, labels.Count);

    public DataViewSchema.Annotations Annotations { get; } = TextAnnotation.Create(TextAnnotation.SlotNames, labels);

    public ValueGetter<VBuffer<float>> CreateGetter(Func<SoftLabel> current) =>
        (ref VBuffer<float> value) => value = current() switch
        {
            { Weights: { } weights } => Dense(value, weights),
            { Label: { } label } when _slots.TryGetValue(label, out var slot) => OneHot(value, slot),
            _ => Missing(value),
        };

    private VBuffer<float> Dense(VBuffer<float> value, IReadOnlyDictionary<string, float> weights)
    {
        var editor = VBufferEditor.Create(ref value, labels.Count);
        editor.Values.Clear();
        foreach (var (label, weight) in weights)
            editor.Values[_slots[label]] = weight;
        return editor.Commit();
    }

    // Sparse: of many classes one weight is stored.
    private VBuffer<float> OneHot(VBuffer<float> value, int slot)
    {
        var editor = VBufferEditor.Create(ref value, labels.Count, 1);
        editor.Values[0] = 1;
        // With a single class the vector is dense and has no indices.
        if (labels.Count > 1)
            editor.Indices[0] = slot;
        return editor.Commit();
    }

    private VBuffer<float> Missing(VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, labels.Count);
        editor.Values.Fill(float.NaN);
        return editor.Commit();
    }
}
