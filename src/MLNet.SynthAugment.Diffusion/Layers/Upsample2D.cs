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

/// <summary>A 3×3 convolution with stride 2.</summary>
internal sealed class Downsample2D : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleConv2d conv;
    private readonly bool padsRightAndBottomOnly;

    /// <param name="channels">Channels of input and output.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="padsRightAndBottomOnly">One row of zeros below and one column at the right (autoencoder) instead of
    /// all around (UNet).</param>
    internal Downsample2D(long channels, TensorPlacement placement, bool padsRightAndBottomOnly) : base(
        nameof(Downsample2D))
    {
        this.padsRightAndBottomOnly = padsRightAndBottomOnly;
        conv = new LoraCompatibleConv2d(
            channels, channels, 3, placement, stride: 2, padding: padsRightAndBottomOnly ? 0 : 1);
        register_module("conv", conv);
    }

    public override Tensor forward(Tensor input) =>
        conv.forward(padsRightAndBottomOnly ? F.pad(input, (0, 1, 0, 1)) : input);
}
