using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// Image [B, C, H, W] to moments [B, 2 · latent channels, H/f, W/f], before the quantisation convolution.
/// </summary>
internal sealed class Encoder : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleConv2d convIn;
    private readonly DownEncoderBlock2D[] downBlocks;
    private readonly AutoencoderMidBlock midBlock;
    private readonly GroupNorm normOut;
    private readonly LoraCompatibleConv2d convOut;

    internal Encoder(AutoencoderKLConfig config, TensorPlacement placement) : base(nameof(Encoder))
    {
        var channels = config.BlockOutChannels;
        convIn = new LoraCompatibleConv2d(config.InChannels, channels[0], 3, placement, padding: 1);
        downBlocks = [.. channels.Select((outChannels, level) => new DownEncoderBlock2D(
            channels[Math.Max(level - 1, 0)], outChannels, isLast: level == channels.Count - 1, config, placement))];
        midBlock = new AutoencoderMidBlock(channels[^1], config, placement);
        normOut = new GroupNorm(config.NormNumGroups, channels[^1], AutoencoderBlocks.NormEps, placement);
        convOut = new LoraCompatibleConv2d(channels[^1], 2 * config.LatentChannels, 3, placement, padding: 1);
        register_module("conv_in", convIn);
        register_module("down_blocks", nn.ModuleList(downBlocks));
        register_module("mid_block", midBlock);
        register_module("conv_norm_out", normOut);
        register_module("conv_out", convOut);
    }

    public override Tensor forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var hidden = convIn.forward(image);
        foreach (var block in downBlocks)
            hidden = scope.DisposeEverythingBut(block.forward(hidden));
        return convOut.forward(F.silu(normOut.forward(midBlock.forward(hidden)))).MoveToOuterDisposeScope();
    }
}
