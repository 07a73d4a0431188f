namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>Kinds of adapters that are no LoRA, told by parts of their tensors' names.</summary>
internal static class UnsupportedAdapters
{
    private static readonly (string Marker, string Kind)[] s_kinds =
    [
        (".dora_scale", "a DoRA adapter"),
        (".lora_magnitude_vector", "a DoRA adapter"),
        (".hada_", "a LoHa adapter"),
        (".lokr_", "a LoKr adapter"),
        (".boft_", "a BOFT adapter"),
        (".oft_", "an OFT adapter"),
        (".vera_lambda_", "a VeRA adapter"),
        (".a1.weight", "a GLoRA adapter"),
        (".on_input", "an IA³ adapter"),
        (".lora_embedding_", "an adapter of token embeddings"),
        (".diff", "a file of full weight differences"),
        ("bundle_emb.", "a bundle with textual inversions"),
        ("emb_params", "a textual inversion"),
    ];

    /// <summary>Refuses a file with such a tensor.</summary>
    /// <exception cref="InvalidDataException">There is one; the message names the kind and the tensor.</exception>
    public static void Refuse(string file, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (s_kinds.FirstOrDefault(
                kind => name.Contains(kind.Marker, StringComparison.Ordinal)) is { Kind: { } kind })
                throw new InvalidDataException(
                    $"{file}: this is {kind} (it has the tensor {name}). Only LoRA can be read, with or without "
                        + "convolutions; take a LoRA version of it, or have it extracted as LoRA by the tool that "
                        + "made it.");
        }
    }
}
