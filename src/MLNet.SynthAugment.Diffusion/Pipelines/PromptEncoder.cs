using MLNet.SynthAugment.Diffusion.Text;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Prompts to text embeddings; each distinct prompt of a batch is encoded once.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="textEncoder">The model's text encoder.</param>
/// <param name="device">The text encoder's device.</param>
public sealed class PromptEncoder(ClipTokenizer tokenizer, ClipTextModel textEncoder, Device device)
{
    /// <summary>Encodes prompts, padded or cut to the tokenizer's length L.</summary>
    /// <param name="prompts">B prompts, at least one.</param>
    /// <returns>[B, L, D] in the text encoder's precision; part of a graph if its weights or adapters require gradients.</returns>
    public Tensor Encode(IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        var distinct = prompts.Distinct(StringComparer.Ordinal).ToList();
        var ids = distinct.Select(tokenizer.EncodePadded).ToList();
        var embeddings = textEncoder.forward(tensor(ids.SelectMany(row => row).ToArray(), [ids.Count, ids[0].Length], device: device));
        if (distinct.Count < prompts.Count)
            embeddings = embeddings.index_select(0, tensor(prompts.Select(prompt => (long)distinct.IndexOf(prompt)).ToArray(), device: device));
        return embeddings.MoveToOuterDisposeScope();
    }
}
