using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>The level of the smallest image: residual block, transformer, residual block.</summary>
internal sealed class UNetMidBlock2D : nn.Module
{
    private readonly ResnetBlock2D firstResnet;
    private readonly Transformer2DModel attention;
    private readonly ResnetBlock2D secondResnet;

    internal UNetMidBlock2D(
        long channels, TransformerOptions transformer, UNet2DConditionConfig config, TensorPlacement placement)
        : base(nameof(UNetMidBlock2D))
    {
        firstResnet = Resnet(channels, config, placement);
        attention = new Transformer2DModel(channels, transformer, placement);
        secondResnet = Resnet(channels, config, placement);
        register_module("attentions", nn.ModuleList(attention));
        register_module("resnets", nn.ModuleList(firstResnet, secondResnet));
    }

    internal Tensor forward(Tensor hidden, UNetStep step)
    {
        using var first = firstResnet.forward(hidden, step.Time);
        using var attended = attention.forward(first, step);
        return secondResnet.forward(attended, step.Time);
    }

    private static ResnetBlock2D Resnet(long channels, UNet2DConditionConfig config, TensorPlacement placement) =>
        new(channels, channels, config.TimeEmbeddingWidth, config.NormNumGroups, config.NormEps,
            config.MidBlockScaleFactor, placement);
}
