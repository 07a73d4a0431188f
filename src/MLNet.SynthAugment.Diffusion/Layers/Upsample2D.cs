using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Nearest-neighbour enlargement to a given size, then a 3×3 convolution.</summary>
internal sealed class Upsample2D : nn.Module
{
    private readonly LoraCompatibleConv2d conv;

    internal Upsample2D(long channels, TensorPlacement placement) : base(nameof(Upsample2D))
    {
        conv = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        register_module("conv", conv);
    }

    internal Tensor forward(Tensor input, long height, long width) =>
        conv.forward(F.upsample_nearest2d(input, [height, width]));
}
