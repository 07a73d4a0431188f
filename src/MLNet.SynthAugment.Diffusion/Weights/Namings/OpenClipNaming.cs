namespace MLNet.SynthAugment.Diffusion.Weights.Namings;

/// <summary>
/// The naming of OpenAI's CLIP and of open_clip: query, key and value of an attention are stacked in one matrix, and
/// projections multiply from the right.
/// </summary>
internal sealed class OpenClipNaming : WeightNaming
{
    /// <summary>The tensor that such a file is known by.</summary>
    internal const string PatchWeight = "visual.conv1.weight";

    // Numbers that OpenAI's files hold beside the weights.
    private static readonly string[] s_ignored = ["input_resolution", "context_length", "vocab_size", "attn_mask"];

    private static readonly (string Ours, string Theirs)[] s_prefixes =
    [
        ("text_model.encoder.layers.", "transformer.resblocks."),
        ("vision_model.encoder.layers.", "visual.transformer.resblocks."),
        ("text_model.embeddings.", ""),
        ("text_model.", ""),
        ("vision_model.embeddings.", "visual."),
        ("vision_model.", "visual."),
    ];

    private static readonly (string Ours, string Theirs)[] s_parts =
    [
        ("position_embedding.weight", "positional_embedding"),
        ("patch_embedding.", "conv1."),
        ("pre_layrnorm.", "ln_pre."),
        ("post_layernorm.", "ln_post."),
        ("final_layer_norm.", "ln_final."),
        ("layer_norm1.", "ln_1."),
        ("layer_norm2.", "ln_2."),
        ("mlp.fc1.", "mlp.c_fc."),
        ("mlp.fc2.", "mlp.c_proj."),
        ("self_attn.out_proj.", "attn.out_proj."),
    ];

    private static readonly string[] s_thirds = ["self_attn.q_proj.", "self_attn.k_proj.", "self_attn.v_proj."];

    internal override bool Recognises(IReadOnlyCollection<string> names) => names.Contains(PatchWeight);

    internal override bool Ignores(string name) => s_ignored.Contains(name);

    internal override WeightSource SourceOf(string parameter, IReadOnlyCollection<string> names)
    {
        switch (parameter)
        {
            case "text_projection.weight":
                return new WeightSource("text_projection", IsTransposed: true);
            case "visual_projection.weight":
                return new WeightSource("visual.proj", IsTransposed: true);
        }
        var name = parameter;
        foreach (var (ours, theirs) in s_prefixes)
        {
            if (!name.StartsWith(ours, StringComparison.Ordinal))
                continue;
            name = theirs + name[ours.Length..];
            break;
        }
        for (var third = 0; third < s_thirds.Length; third++)
        {
            if (name.Contains(s_thirds[third], StringComparison.Ordinal))
                return new WeightSource(name.Replace(s_thirds[third], "attn.in_proj_"), third);
        }
        foreach (var (ours, theirs) in s_parts)
            name = name.Replace(ours, theirs);
        return new WeightSource(name);
    }
}
