namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>The layers that LoRA training of Stable Diffusion adapts: the last parts of their module paths.</summary>
public static class LoraTargets
{
    /// <summary>Query, key, value and output projection of every attention of the UNet.</summary>
    public static IReadOnlyList<string> UNet { get; } = ["to_q", "to_k", "to_v", "to_out.0"];

    /// <summary>The same of the CLIP text encoder.</summary>
    public static IReadOnlyList<string> TextEncoder { get; } = ["q_proj", "k_proj", "v_proj", "out_proj"];

    /// <summary>Whether a module path ends in one of the targets.</summary>
    /// <param name="path">A module path such as <c>unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q</c>.</param>
    /// <param name="targets">Last parts of paths.</param>
    public static bool Match(string path, IReadOnlyList<string> targets) =>
        targets.Any(target => path.EndsWith("." + target, StringComparison.Ordinal));
}
