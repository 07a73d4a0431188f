namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>Choices of the layers that LoRA training adapts: the last parts of their module paths.</summary>
public static class LoraTargets
{
    /// <summary>Query, key, value and output projection of every attention of the UNet.</summary>
    public static IReadOnlyList<string> UNet { get; } = ["to_q", "to_k", "to_v", "to_out.0"];

    /// <summary>
    /// The same, with the feed-forward layers and the projections of the transformers: what kohya's scripts adapt.
    /// </summary>
    public static IReadOnlyList<string> UNetWithFeedForward { get; } =
        [.. UNet, "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"];

    /// <summary>
    /// The same, with the convolutions and time projections of the residual blocks and samplers (LoCon).
    /// </summary>
    public static IReadOnlyList<string> UNetWithConvolutions { get; } =
        [.. UNetWithFeedForward, "conv1", "conv2", "conv_shortcut", "time_emb_proj", "downsamplers.0.conv",
        "upsamplers.0.conv"];

    /// <summary>Query, key, value and output projection of every attention of the CLIP text encoder.</summary>
    public static IReadOnlyList<string> TextEncoder { get; } = ["q_proj", "k_proj", "v_proj", "out_proj"];

    /// <summary>The same, with the feed-forward layers.</summary>
    public static IReadOnlyList<string> TextEncoderWithFeedForward { get; } = [.. TextEncoder, "mlp.fc1", "mlp.fc2"];

    /// <summary>Whether a module path ends in one of the targets.</summary>
    /// <param name="path">A module path such as
    /// <c>unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q</c>.</param>
    /// <param name="targets">Last parts of paths.</param>
    public static bool Match(string path, IReadOnlyList<string> targets) =>
        targets.Any(target => path.EndsWith("." + target, StringComparison.Ordinal));
}
