using MLNet.SynthAugment.Diffusion.Clip;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>
/// Prompts to text embeddings; each distinct prompt of a batch is encoded once. Prompts that are longer than the
/// tokenizer's length L are cut.
/// </summary>
/// <param name="model">The model, whose text encoder or encoders are used.</param>
/// <param name="log">Gets a sentence for each prompt that is cut, once; null for none.</param>
public sealed class PromptEncoder(LatentDiffusionModel model, Action<string>? log = null)
{
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Encodes prompts.</summary>
    /// <param name="prompts">B prompts, at least one.</param>
    /// <param name="clipSkip">
    /// How many of the last layers of the text encoders to leave out, as <c>clip_skip</c> of diffusers: 0 takes the
    /// last state (SD 1.x and 2.x, with the final norm) or the last but one (SDXL, without it).
    /// </param>
    /// <returns>
    /// Embeddings in the text encoder's precision, part of a graph if its weights or adapters require gradients. For
    /// SDXL those of both encoders, joined on the width (Podell et al. 2023, section 2.1).
    /// </returns>
    /// <exception cref="ArgumentException">There is no prompt.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The encoders have fewer layers than that.</exception>
    public PromptEmbeddings Encode(IReadOnlyList<string> prompts, int clipSkip = 0)
    {
        if (prompts.Count == 0) throw new ArgumentException("There is no prompt to encode.", nameof(prompts));
        using var scope = NewDisposeScope();
        var distinct = prompts.Distinct(StringComparer.Ordinal).ToList();
        var (embeds, pooled) = model is { Tokenizer2: { } tokenizer2, TextEncoder2: { } textEncoder2 }
            ? EncodeTwice(distinct, tokenizer2, textEncoder2, clipSkip)
            : (EncodeOnce(distinct, clipSkip), null);
        if (distinct.Count == prompts.Count)
            return Outside(embeds, pooled);
        var rows = tensor(prompts.Select(prompt => (long)distinct.IndexOf(prompt)).ToArray(), device: model.Device);
        return Outside(embeds.index_select(0, rows), pooled?.index_select(0, rows));
    }

    /// <summary>
    /// Encodes negative prompts. An empty one stands for zeros where the model was trained so
    /// (<see cref="LatentDiffusionModel.ForceZerosForEmptyPrompt"/>). As in diffusers they do not skip layers.
    /// </summary>
    /// <param name="prompts">B prompts, at least one.</param>
    /// <exception cref="ArgumentException">There is no prompt.</exception>
    public PromptEmbeddings EncodeNegative(IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var (embeds, pooled) = Encode(prompts);
        if (model.ForceZerosForEmptyPrompt && pooled is not null && prompts.Contains(""))
        {
            var isGiven = tensor(prompts.Select(prompt => prompt.Length == 0 ? 0f : 1f).ToArray(), dtype: embeds.dtype,
                device: embeds.device).unsqueeze(1);
            (embeds, pooled) = (embeds * isGiven.unsqueeze(2), pooled * isGiven);
        }
        return Outside(embeds, pooled);
    }

    private Tensor EncodeOnce(List<string> prompts, int clipSkip)
    {
        var output = model.TextEncoder.Encode(Ids(prompts, model.Tokenizer));
        return clipSkip == 0 ? output.LastHiddenState : model.TextEncoder.ApplyFinalLayerNorm(State(output, clipSkip));
    }

    private (Tensor Embeds, Tensor Pooled) EncodeTwice(
        List<string> prompts, ClipTokenizer tokenizer2, ClipTextModel textEncoder2, int clipSkip)
    {
        var first = State(model.TextEncoder.Encode(Ids(prompts, model.Tokenizer)), clipSkip + 1);
        var ids = Ids(prompts, tokenizer2);
        var output = textEncoder2.Encode(ids);
        var second = State(output, clipSkip + 1);
        if (first.shape[1] != second.shape[1])
            throw new InvalidOperationException(
                $"The tokenizers pad to {first.shape[1]} and {second.shape[1]} tokens; the encoders' states can only "
                    + "be joined if these are equal.");
        return (cat([first, second], -1), textEncoder2.Project(textEncoder2.Pool(output.LastHiddenState, ids)));
    }

    private static Tensor State(ClipTextOutput output, int skipped)
    {
        var layers = output.HiddenStates.Count - 1;
        return skipped >= 0 && skipped <= layers
            ? output.HiddenStates[layers - skipped]
            : throw new ArgumentOutOfRangeException(
                nameof(skipped), skipped,
                $"The text encoder has {layers} layers; no more can be left out (SDXL leaves one out as it is).");
    }

    private Tensor Ids(List<string> prompts, ClipTokenizer tokenizer)
    {
        var rows = prompts.SelectMany(prompt =>
        {
            var row = tokenizer.EncodePadded(prompt, out var cut);
            if (cut.Length > 0 && log is not null && _reported.Add(prompt))
                log($"A prompt is longer than {tokenizer.Options.ModelMaxLength - 2} tokens; this end of it was cut "
                    + $"off: \"{cut}\".");
            return row;
        });
        return tensor(rows.ToArray(), [prompts.Count, tokenizer.Options.ModelMaxLength], device: model.Device);
    }

    private static PromptEmbeddings Outside(Tensor embeds, Tensor? pooled) =>
        new(embeds.MoveToOuterDisposeScope(), pooled?.MoveToOuterDisposeScope());
}

/// <summary>What the text encoders make of B prompts.</summary>
/// <param name="Embeds">What the UNet attends to, [B, L, D].</param>
/// <param name="Pooled">SDXL: the second text encoder's projected pooled state, [B, P]; else null.</param>
public sealed record PromptEmbeddings(Tensor Embeds, Tensor? Pooled);
