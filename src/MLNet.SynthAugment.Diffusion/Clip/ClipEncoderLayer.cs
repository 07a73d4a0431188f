using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>One transformer layer of CLIP (Radford et al. 2021): norm first, self-attention, feed-forward.</summary>
internal sealed class ClipEncoderLayer : nn.Module
{
    private readonly ClipAttention attention;
    private readonly LayerNorm norm1;
    private readonly LoraCompatibleLinear fc1;
    private readonly LoraCompatibleLinear fc2;
    private readonly LayerNorm norm2;
    private readonly bool quickGelu;

    internal ClipEncoderLayer(ClipEncoderConfig config, TensorPlacement placement) : base(nameof(ClipEncoderLayer))
    {
        var (width, innerWidth, eps) = (config.HiddenSize, config.IntermediateSize, config.LayerNormEps);
        quickGelu = config.HiddenAct == "quick_gelu";
        attention = new ClipAttention(width, config.NumAttentionHeads, placement);
        norm1 = new LayerNorm(width, eps, placement);
        fc1 = new LoraCompatibleLinear(width, innerWidth, placement);
        fc2 = new LoraCompatibleLinear(innerWidth, width, placement);
        norm2 = new LayerNorm(width, eps, placement);
        register_module("self_attn", attention);
        register_module("layer_norm1", norm1);
        register_module("mlp", ModuleGroup.Of(("fc1", fc1), ("fc2", fc2)));
        register_module("layer_norm2", norm2);
    }

    /// <param name="hidden">[B, S, width].</param>
    /// <param name="mask">Added to the attention scores, [B, 1, S, S]; null for none.</param>
    /// <param name="causal">Whether a position sees only itself and those before it.</param>
    internal Tensor forward(Tensor hidden, Tensor? mask, bool causal)
    {
        hidden = hidden.Plus(attention.forward(norm1.forward(hidden), mask, causal));
        var inner = fc1.forward(norm2.forward(hidden));
        return hidden.Plus(fc2.forward(quickGelu ? inner * F.sigmoid(Kept(1.702) * inner) : F.gelu(inner)));
    }
}

/// <summary>Self-attention with biases on all four projections.</summary>
internal sealed class ClipAttention : nn.Module
{
    private readonly LoraCompatibleLinear query;
    private readonly LoraCompatibleLinear key;
    private readonly LoraCompatibleLinear value;
    private readonly LoraCompatibleLinear output;
    private readonly long heads;

    internal ClipAttention(long width, long heads, TensorPlacement placement) : base(nameof(ClipAttention))
    {
        this.heads = heads;
        query = new LoraCompatibleLinear(width, width, placement);
        key = new LoraCompatibleLinear(width, width, placement);
        value = new LoraCompatibleLinear(width, width, placement);
        output = new LoraCompatibleLinear(width, width, placement);
        register_module("q_proj", query);
        register_module("k_proj", key);
        register_module("v_proj", value);
        register_module("out_proj", output);
    }

    internal Tensor forward(Tensor hidden, Tensor? mask, bool causal) => output.forward(
        Attention.MultiHead(query.forward(hidden), key.forward(hidden), value.forward(hidden), heads, mask, causal));
}
