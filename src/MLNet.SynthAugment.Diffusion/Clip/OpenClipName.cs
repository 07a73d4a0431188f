using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>Where a parameter of <see cref="ClipModel"/> is found in a file in OpenAI's naming.</summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="Third">Which third of its rows (0 query, 1 key, 2 value); null for all.</param>
/// <param name="IsTransposed">Whether it is the transposed matrix.</param>
internal readonly record struct OpenClipName(string Name, int? Third = null, bool IsTransposed = false)
{
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

    /// <summary>The place of a parameter, given its name in transformers.</summary>
    internal static OpenClipName Of(string parameter)
    {
        switch (parameter)
        {
            case "text_projection.weight":
                return new OpenClipName("text_projection", IsTransposed: true);
            case "visual_projection.weight":
                return new OpenClipName("visual.proj", IsTransposed: true);
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
                return new OpenClipName(name.Replace(s_thirds[third], "attn.in_proj_"), third);
        }
        foreach (var (ours, theirs) in s_parts)
            name = name.Replace(ours, theirs);
        return new OpenClipName(name);
    }

    /// <summary>The shape of the tensor in the file, given the parameter's.</summary>
    internal long[] FileShape(long[] shape)
    {
        if (IsTransposed)
            return [.. shape.Reverse()];
        return Third is null ? shape : [s_thirds.Length * shape[0], .. shape[1..]];
    }

    /// <summary>The parameter's values in the file's tensor.</summary>
    internal Tensor Part(Tensor tensor)
    {
        if (IsTransposed)
            return tensor.t();
        if (Third is not { } third)
            return tensor.alias();
        var rows = tensor.shape[0] / s_thirds.Length;
        return tensor.narrow(0, third * rows, rows);
    }
}
