using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>Attention of image tokens to themselves or to the text: <c>to_q</c>, <c>to_k</c>, <c>to_v</c>, <c>to_out.0</c>.</summary>
internal sealed class CrossAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly LoraCompatibleLinear query;
    private readonly LoraCompatibleLinear key;
    private readonly LoraCompatibleLinear value;
    private readonly LoraCompatibleLinear output;
    private readonly long heads;
    private readonly bool upcast;

    internal CrossAttention(long width, long contextWidth, long heads, bool upcast, TensorPlacement placement) : base(nameof(CrossAttention))
    {
        this.heads = heads;
        this.upcast = upcast && placement.Dtype != ScalarType.Float32;
        query = new LoraCompatibleLinear(width, width, placement, hasBias: false);
        key = new LoraCompatibleLinear(contextWidth, width, placement, hasBias: false);
        value = new LoraCompatibleLinear(contextWidth, width, placement, hasBias: false);
        output = new LoraCompatibleLinear(width, width, placement);
        register_module("to_q", query);
        register_module("to_k", key);
        register_module("to_v", value);
        register_module("to_out", ModuleGroup.List([output]));
    }

    /// <param name="hidden">[B, S, width].</param>
    /// <param name="context">[B, L, context width], or null to attend to <paramref name="hidden"/>.</param>
    public override Tensor forward(Tensor hidden, Tensor? context)
    {
        var q = query.forward(hidden);
        var k = key.forward(context ?? hidden);
        var v = value.forward(context ?? hidden);
        return output.forward(upcast ? Float32Attention(q, k, v) : Attention.MultiHead(q, k, v, heads));
    }

    // Scores of some models overflow float16.
    private Tensor Float32Attention(Tensor q, Tensor k, Tensor v) =>
        Attention.MultiHead(q.to(ScalarType.Float32), k.to(ScalarType.Float32), v.to(ScalarType.Float32), heads).to(v.dtype);
}
