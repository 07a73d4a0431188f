using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// Attention of image tokens to themselves or to the text: <c>to_q</c>, <c>to_k</c>, <c>to_v</c>, <c>to_out.0</c>.
/// </summary>
internal sealed class CrossAttention : nn.Module
{
    private readonly LoraCompatibleLinear query;
    private readonly LoraCompatibleLinear key;
    private readonly LoraCompatibleLinear value;
    private readonly LoraCompatibleLinear output;
    private readonly long heads;
    private readonly bool upcast;

    internal CrossAttention(long width, long contextWidth, long heads, bool upcast, TensorPlacement placement) : base(
        nameof(CrossAttention))
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
        register_module("to_out", nn.ModuleList(output));
    }

    /// <param name="hidden">[B, S, width].</param>
    /// <param name="text">What it attends to, or null to attend to <paramref name="hidden"/>.</param>
    internal Tensor forward(Tensor hidden, TextContext? text)
    {
        var (keys, values) = text?.For(this) ?? KeysAndValuesOf(hidden);
        var attended = Attention.Attend(Upcast(query.forward(hidden)), keys, values);
        return output.forward(upcast ? attended.to(hidden.dtype) : attended);
    }

    /// <summary>Keys and values of what is attended to, [U, L, context width].</summary>
    internal KeysAndValues KeysAndValuesOf(Tensor context) => new(
        Attention.SplitHeads(Upcast(key.forward(context)), heads),
        Attention.SplitHeads(Upcast(value.forward(context)), heads));

    // Scores of some models overflow float16.
    private Tensor Upcast(Tensor tensor) => upcast ? tensor.to(ScalarType.Float32) : tensor;
}
