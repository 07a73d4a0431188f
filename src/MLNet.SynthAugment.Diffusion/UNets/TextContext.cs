namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// What a UNet's attentions need of a text. Made by <see cref="UNet2DConditionModel.PrepareText"/> it holds their keys
/// and values, which depend on the text alone, so that all steps of all images with that text share them.
/// </summary>
/// <remarks>
/// It keeps the keys and values as they were when it was made: with the weights and the LoRA adapters of that moment,
/// and without a graph. Gradients with respect to the latents pass through it; those with respect to the text, or to
/// the layers that make keys and values, need the overload of the UNet's <c>forward</c> that takes the text embeddings.
/// </remarks>
public sealed class TextContext : IDisposable
{
    private readonly Dictionary<CrossAttention, KeysAndValues> prepared = [];
    private readonly Tensor? text;
    private readonly bool ownsText;

    private TextContext(Tensor text, bool ownsText)
    {
        this.text = text;
        this.ownsText = ownsText;
        Rows = text.shape[0];
    }

    internal TextContext(Tensor text, IEnumerable<CrossAttention> attentions)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        Rows = text.shape[0];
        var distinct = FirstOfEqualRows(text);
        foreach (var attention in attentions)
        {
            var (keys, values) = attention.KeysAndValuesOf(distinct);
            prepared.Add(attention, new KeysAndValues(Keep(keys), Keep(values)));
        }
    }

    /// <summary>
    /// Rows of the text; a batch of latents has as many, or a multiple: then each row serves that many consecutive
    /// latents.
    /// </summary>
    public long Rows { get; }

    /// <summary>Frees the keys and values.</summary>
    public void Dispose()
    {
        foreach (var (keys, values) in prepared.Values)
        {
            keys.Dispose();
            values.Dispose();
        }
        prepared.Clear();
        if (ownsText)
            text!.Dispose();
    }

    /// <summary>Computes keys and values anew at each use, as part of the graph; does not own the text.</summary>
    internal static TextContext Unprepared(Tensor text) => new(text, ownsText: false);

    /// <summary>The same with a copy of the text of its own.</summary>
    internal static TextContext UnpreparedCopy(Tensor text) =>
        new(text.detach().clone().DetachFromDisposeScope(), ownsText: true);

    internal KeysAndValues For(CrossAttention attention)
    {
        if (text is not null)
            return attention.KeysAndValuesOf(text);
        return prepared.TryGetValue(attention, out var found)
            ? found
            : throw new ArgumentException("This text context is disposed, or was prepared by another UNet.");
    }

    // Contiguous copies of their own: what the attention reads in every step, without the text they came from.
    private static Tensor Keep(Tensor tensor) => tensor.contiguous().DetachFromDisposeScope();

    // Runs of equal rows, as in a batch of one class with guidance, need their keys only once if the runs are equally
    // long: [n, n, p, p] is served by [n, p]. Comparing costs one transfer to the host, once for a text.
    private static Tensor FirstOfEqualRows(Tensor text)
    {
        var rows = text.shape[0];
        if (rows == 1)
            return text;
        var differs = text.narrow(0, 1, rows - 1).ne(text.narrow(0, 0, rows - 1)).flatten(1).any(1).cpu()
            .ToArray<bool>();
        var run = rows;
        for (var row = 1L; row < rows; row++)
        {
            if (differs[row - 1])
                run = GreatestCommonDivisor(run, row);
        }
        return run == 1 ? text : text.unflatten(0, rows / run, run).select(1, 0);
    }

    private static long GreatestCommonDivisor(long first, long second) => second == 0
        ? first : GreatestCommonDivisor(second, first % second);
}

/// <summary>What an attention attends to, split into its heads.</summary>
/// <param name="Keys">[U, heads, L, d]; row u serves as many consecutive rows of the queries as their number is a
/// multiple of U.</param>
/// <param name="Values">The same shape.</param>
internal sealed record KeysAndValues(Tensor Keys, Tensor Values);
