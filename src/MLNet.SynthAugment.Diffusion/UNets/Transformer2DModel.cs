using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// Transformer blocks over the pixels of a feature map (Rombach et al. 2022, section 3.3): norm, projection, blocks,
/// projection, plus the input.
/// </summary>
internal sealed class Transformer2DModel : nn.Module
{
    private const double NormEps = 1e-6;
    private readonly GroupNorm norm;
    private readonly nn.Module<Tensor, Tensor> projectionIn;
    private readonly BasicTransformerBlock[] blocks;
    private readonly nn.Module<Tensor, Tensor> projectionOut;
    private readonly bool linearProjection;

    internal Transformer2DModel(long channels, TransformerOptions options, TensorPlacement placement) : base(nameof(Transformer2DModel))
    {
        linearProjection = options.LinearProjection;
        norm = new GroupNorm(options.NormGroups, channels, NormEps, placement);
        projectionIn = Projection(channels, placement);
        blocks = [.. Enumerable.Range(0, options.Layers).Select(_ => new BasicTransformerBlock(channels, options, placement))];
        projectionOut = Projection(channels, placement);
        register_module("norm", norm);
        register_module("proj_in", projectionIn);
        register_module("transformer_blocks", ModuleGroup.List(blocks));
        register_module("proj_out", projectionOut);
    }

    /// <param name="input">[B, C, H, W].</param>
    /// <param name="text">What the blocks attend to beside the image.</param>
    internal Tensor forward(Tensor input, TextContext text)
    {
        var hidden = norm.forward(input);
        hidden = linearProjection
            ? projectionIn.forward(ToTokens(hidden))
            : ToTokens(projectionIn.forward(hidden));
        foreach (var block in blocks)
            hidden = block.forward(hidden, text);
        hidden = linearProjection
            ? ToImage(projectionOut.forward(hidden), input)
            : projectionOut.forward(ToImage(hidden, input));
        return hidden + input;
    }

    private static Tensor ToTokens(Tensor image) => image.flatten(2).transpose(1, 2);

    private static Tensor ToImage(Tensor tokens, Tensor like) => tokens.transpose(1, 2).reshape(like.shape);

    private nn.Module<Tensor, Tensor> Projection(long channels, TensorPlacement placement) => linearProjection
        ? new LoraCompatibleLinear(channels, channels, placement)
        : new LoraCompatibleConv2d(channels, channels, 1, placement);
}
