using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>Latents [B, latent channels, h, w] to an image [B, C, h·f, w·f].</summary>
internal sealed class Decoder : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleConv2d convIn;
    private readonly AutoencoderMidBlock midBlock;
    private readonly UpDecoderBlock2D[] upBlocks;
    private readonly GroupNorm normOut;
    private readonly LoraCompatibleConv2d convOut;

    internal Decoder(AutoencoderKLConfig config, TensorPlacement placement) : base(nameof(Decoder))
    {
        var channels = config.BlockOutChannels.Reverse().ToArray();
        convIn = new LoraCompatibleConv2d(config.LatentChannels, channels[0], 3, placement, padding: 1);
        midBlock = new AutoencoderMidBlock(channels[0], config, placement);
        upBlocks = [.. channels.Select((outChannels, level) => new UpDecoderBlock2D(
            channels[Math.Max(level - 1, 0)], outChannels, isLast: level == channels.Length - 1, config, placement))];
        normOut = new GroupNorm(config.NormNumGroups, channels[^1], AutoencoderBlocks.NormEps, placement);
        convOut = new LoraCompatibleConv2d(channels[^1], config.OutChannels, 3, placement, padding: 1);
        register_module("conv_in", convIn);
        register_module("up_blocks", nn.ModuleList(upBlocks));
        register_module("mid_block", midBlock);
        register_module("conv_norm_out", normOut);
        register_module("conv_out", convOut);
    }

    public override Tensor forward(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var hidden = midBlock.forward(convIn.forward(latents));
        foreach (var block in upBlocks)
            hidden = scope.DisposeEverythingBut(block.forward(hidden));
        return convOut.forward(F.silu(normOut.forward(hidden))).MoveToOuterDisposeScope();
    }
}
