using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// Transformer blocks over the pixels of a feature map (Rombach et al. 2022, section 3.3): norm, projection, blocks,
/// projection, plus the input.
/// </summary>
internal sealed class Transformer2DModel : nn.Module
{
    private const double NormEps = 1e-6;
    private readonly GroupNorm norm;
    private readonly LoraCompatibleLayer projectionIn;
    private readonly BasicTransformerBlock[] blocks;
    private readonly LoraCompatibleLayer projectionOut;

    internal Transformer2DModel(long channels, TransformerOptions options, TensorPlacement placement) : base(
        nameof(Transformer2DModel))
    {
        norm = new GroupNorm(options.NormGroups, channels, NormEps, placement);
        projectionIn = Projection(channels, options, placement);
        blocks = [.. Enumerable.Range(0, options.Layers)
            .Select(_ => new BasicTransformerBlock(channels, options, placement))];
        projectionOut = Projection(channels, options, placement);
        register_module("norm", norm);
        register_module("proj_in", projectionIn);
        register_module("transformer_blocks", nn.ModuleList(blocks));
        register_module("proj_out", projectionOut);
    }

    /// <param name="input">[B, C, H, W].</param>
    /// <param name="step">What the blocks are given beside the image.</param>
    internal Tensor forward(Tensor input, UNetStep step)
    {
        using var scope = NewDisposeScope();
        var keepsLayout = step.Optimizations.KeepsImageLayout;
        var hidden = scope.DisposeEverythingBut(ProjectToTokens(norm.forward(input), keepsLayout));
        foreach (var block in blocks)
            hidden = scope.DisposeEverythingBut(block.forward(hidden, step));
        var change = ProjectToImage(hidden, input, keepsLayout);
        // A sum takes the layout of its first operand, and the change is a transposed view.
        return (keepsLayout ? input.Plus(change) : change.Plus(input)).MoveToOuterDisposeScope();
    }

    // A 1×1 convolution of the image is a linear layer of its pixels, which needs no change of the layout before or
    // after.
    private Tensor ProjectToTokens(Tensor image, bool keepsLayout) => projectionIn switch
    {
        LoraCompatibleConv2d conv when keepsLayout && conv.Adapters.Count == 0 => conv.ForwardTokens(ToTokens(image)),
        LoraCompatibleConv2d conv => ToTokens(conv.forward(image)),
        var linear => linear.forward(ToTokens(image)),
    };

    private Tensor ProjectToImage(Tensor tokens, Tensor like, bool keepsLayout) => projectionOut switch
    {
        LoraCompatibleConv2d conv when keepsLayout
            && conv.Adapters.Count == 0 => ToImage(conv.ForwardTokens(tokens), like),
        LoraCompatibleConv2d conv => conv.forward(ToImage(tokens, like)),
        var linear => ToImage(linear.forward(tokens), like),
    };

    private static Tensor ToTokens(Tensor image) => image.flatten(2).transpose(1, 2);

    private static Tensor ToImage(Tensor tokens, Tensor like) => tokens.transpose(1, 2).reshape(like.shape);

    private static LoraCompatibleLayer Projection(
        long channels, TransformerOptions options, TensorPlacement placement) => options.LinearProjection
        ? new LoraCompatibleLinear(channels, channels, placement)
        : new LoraCompatibleConv2d(channels, channels, 1, placement);
}

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

/// <summary>The settings of the transformers of one UNet level.</summary>
/// <param name="Layers">Transformer blocks, one after the other.</param>
/// <param name="Heads">Heads of the attentions.</param>
/// <param name="ContextWidth">Width of the text embeddings.</param>
/// <param name="NormGroups">Groups of the norm in front.</param>
/// <param name="LinearProjection">Linear projections instead of 1×1 convolutions.</param>
/// <param name="OnlyCrossAttention">Attention 1 attends to the text too.</param>
/// <param name="UpcastAttention">Scores in float32.</param>
internal sealed record TransformerOptions(
    int Layers, long Heads, long ContextWidth, long NormGroups, bool LinearProjection, bool OnlyCrossAttention,
    bool UpcastAttention);

/// <summary>What an attention attends to, split into its heads.</summary>
/// <param name="Keys">[U, heads, L, d]; row u serves as many consecutive rows of the queries as their number is a
/// multiple of U.</param>
/// <param name="Values">The same shape.</param>
internal sealed record KeysAndValues(Tensor Keys, Tensor Values);
