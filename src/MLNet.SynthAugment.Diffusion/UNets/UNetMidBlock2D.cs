using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>The level of the smallest image: residual block, transformer, residual block.</summary>
internal sealed class UNetMidBlock2D : nn.Module
{
    private readonly ResnetBlock2D first;
    private readonly Transformer2DModel attention;
    private readonly ResnetBlock2D second;

    internal UNetMidBlock2D(long channels, TransformerOptions transformer, UNet2DConditionConfig config, TensorPlacement placement)
        : base(nameof(UNetMidBlock2D))
    {
        first = Resnet(channels, config, placement);
        attention = new Transformer2DModel(channels, transformer, placement);
        second = Resnet(channels, config, placement);
        register_module("attentions", ModuleGroup.List([attention]));
        register_module("resnets", ModuleGroup.List([first, second]));
    }

    internal Tensor forward(Tensor hidden, Tensor activatedTimeEmbedding, TextContext text)
    {
        hidden = first.forward(hidden, activatedTimeEmbedding);
        hidden = attention.forward(hidden, text);
        return second.forward(hidden, activatedTimeEmbedding);
    }

    private static ResnetBlock2D Resnet(long channels, UNet2DConditionConfig config, TensorPlacement placement) =>
        new(channels, channels, config.TimeEmbeddingWidth, config.NormNumGroups, config.NormEps, config.MidBlockScaleFactor, placement);
}
