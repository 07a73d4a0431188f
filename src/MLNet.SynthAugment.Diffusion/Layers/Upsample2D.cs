using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Nearest-neighbour enlargement, then a 3×3 convolution.</summary>
internal sealed class Upsample2D : nn.Module
{
    private readonly LoraCompatibleConv2d conv;

    internal Upsample2D(long channels, TensorPlacement placement) : base(nameof(Upsample2D))
    {
        conv = new LoraCompatibleConv2d(channels, channels, 3, placement, padding: 1);
        register_module("conv", conv);
    }

    /// <param name="input">[B, channels, H, W].</param>
    /// <param name="size">New height and width; null for twice the input's.</param>
    internal Tensor forward(Tensor input, long[]? size = null) =>
        conv.forward(F.interpolate(input, size, size is null ? [2, 2] : null));
}
