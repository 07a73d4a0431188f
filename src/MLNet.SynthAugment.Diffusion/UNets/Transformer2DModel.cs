using MLNet.SynthAugment.Diffusion.Layers;

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
