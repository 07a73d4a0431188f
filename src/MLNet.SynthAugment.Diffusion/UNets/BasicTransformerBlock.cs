using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

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
