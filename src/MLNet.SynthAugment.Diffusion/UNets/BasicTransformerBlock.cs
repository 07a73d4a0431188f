using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>Self-attention, attention to the text, feed-forward; each after a layer norm and with a residual.</summary>
internal sealed class BasicTransformerBlock : nn.Module
{
    private const double NormEps = 1e-5;
    private readonly LayerNorm norm1;
    private readonly CrossAttention attention1;
    private readonly LayerNorm norm2;
    private readonly CrossAttention attention2;
    private readonly LayerNorm norm3;
    private readonly FeedForward feedForward;
    private readonly bool onlyCrossAttention;

    internal BasicTransformerBlock(long width, TransformerOptions options, TensorPlacement placement) : base(
        nameof(BasicTransformerBlock))
    {
        onlyCrossAttention = options.OnlyCrossAttention;
        norm1 = new LayerNorm(width, NormEps, placement);
        attention1 = new CrossAttention(
            width, onlyCrossAttention
            ? options.ContextWidth : width, options.Heads, options.UpcastAttention, placement);
        norm2 = new LayerNorm(width, NormEps, placement);
        attention2 = new CrossAttention(width, options.ContextWidth, options.Heads, options.UpcastAttention, placement);
        norm3 = new LayerNorm(width, NormEps, placement);
        feedForward = new FeedForward(width, placement);
        register_module("norm1", norm1);
        register_module("attn1", attention1);
        register_module("norm2", norm2);
        register_module("attn2", attention2);
        register_module("norm3", norm3);
        register_module("ff", feedForward);
    }

    /// <summary>The attentions that attend to the text.</summary>
    internal IEnumerable<CrossAttention> TextAttentions => onlyCrossAttention ? [attention1, attention2] : [attention2];

    internal Tensor forward(Tensor hidden, UNetStep step)
    {
        using var scope = NewDisposeScope();
        hidden = scope.DisposeEverythingBut(hidden.Plus(FirstAttention(norm1.forward(hidden), step)));
        hidden = scope.DisposeEverythingBut(hidden.Plus(attention2.forward(norm2.forward(hidden), step.Text)));
        return hidden.Plus(feedForward.forward(norm3.forward(hidden), step.Optimizations.GatesInTwoProducts))
            .MoveToOuterDisposeScope();
    }

    private Tensor FirstAttention(Tensor hidden, UNetStep step)
    {
        if (onlyCrossAttention)
            return attention1.forward(hidden, step.Text);
        // Smaller images have too few tokens for merging to pay.
        var merging = step.MergedTokens > 0 && hidden.shape[1] == step.Height * step.Width
            ? TokenMerging.Create(hidden, step.Height, step.Width, step.MergedTokens)
            : null;
        return merging is null
            ? attention1.forward(hidden, null)
            : merging.Unmerge(attention1.forward(merging.Merge(hidden), null));
    }
}

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

/// <summary>A gated feed-forward layer, GEGLU (Shazeer 2020): value · gelu(gate), four times as wide inside.</summary>
internal sealed class FeedForward : nn.Module
{
    private readonly LoraCompatibleLinear projection;
    private readonly LoraCompatibleLinear output;

    internal FeedForward(long width, TensorPlacement placement) : base(nameof(FeedForward))
    {
        var inner = 4 * width;
        projection = new LoraCompatibleLinear(width, 2 * inner, placement);
        output = new LoraCompatibleLinear(inner, width, placement);
        // The published name of position 1 is a dropout, which has no weights.
        register_module("net", ModuleGroup.Of(("0", ModuleGroup.Of(("proj", projection))), ("2", output)));
    }

    /// <param name="input">[..., width].</param>
    /// <param name="inTwoProducts">As in <see cref="UNetOptimizations.GatesInTwoProducts"/>.</param>
    internal Tensor forward(Tensor input, bool inTwoProducts)
    {
        var (value, gate) = projection.ForwardHalves(input, inTwoProducts);
        return output.forward(value * F.gelu(gate));
    }
}
