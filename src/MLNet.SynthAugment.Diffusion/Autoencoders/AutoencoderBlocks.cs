using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>What the blocks of encoder and decoder have in common.</summary>
internal static class AutoencoderBlocks
{
    /// <summary>Epsilon of every group norm of the autoencoder.</summary>
    internal const double NormEps = 1e-6;

    internal static ResnetBlock2D Resnet(long inChannels, long outChannels, long groups, TensorPlacement placement) =>
        new(inChannels, outChannels, timeWidth: null, groups, NormEps, outputScale: 1, placement);

    internal static ResnetBlock2D[] Resnets(
        int count, long inChannels, long outChannels, long groups, TensorPlacement placement) =>
        [.. Enumerable.Range(0, count)
            .Select(layer => Resnet(layer == 0 ? inChannels : outChannels, outChannels, groups, placement))];
}

/// <summary>One level of the encoder: residual blocks, then halving of the image except at the last level.</summary>
internal sealed class DownEncoderBlock2D : nn.Module<Tensor, Tensor>
{
    private readonly ResnetBlock2D[] resnets;
    private readonly Downsample2D? downsampler;

    internal DownEncoderBlock2D(
        long inChannels, long outChannels, bool isLast, AutoencoderKLConfig config, TensorPlacement placement)
        : base(nameof(DownEncoderBlock2D))
    {
        resnets = AutoencoderBlocks.Resnets(
            config.LayersPerBlock, inChannels, outChannels, config.NormNumGroups, placement);
        register_module("resnets", nn.ModuleList(resnets));
        if (!isLast)
        {
            downsampler = new Downsample2D(outChannels, placement, padsRightAndBottomOnly: true);
            register_module("downsamplers", nn.ModuleList(downsampler));
        }
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        foreach (var resnet in resnets)
            hidden = scope.DisposeEverythingBut(resnet.forward(hidden, null));
        return (downsampler?.forward(hidden) ?? hidden).MoveToOuterDisposeScope();
    }
}

/// <summary>One level of the decoder: residual blocks, then doubling of the image except at the last level.</summary>
internal sealed class UpDecoderBlock2D : nn.Module<Tensor, Tensor>
{
    private readonly ResnetBlock2D[] resnets;
    private readonly Upsample2D? upsampler;

    internal UpDecoderBlock2D(
        long inChannels, long outChannels, bool isLast, AutoencoderKLConfig config, TensorPlacement placement)
        : base(nameof(UpDecoderBlock2D))
    {
        resnets = AutoencoderBlocks.Resnets(
            config.LayersPerBlock + 1, inChannels, outChannels, config.NormNumGroups, placement);
        register_module("resnets", nn.ModuleList(resnets));
        if (!isLast)
        {
            upsampler = new Upsample2D(outChannels, placement);
            register_module("upsamplers", nn.ModuleList(upsampler));
        }
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        foreach (var resnet in resnets)
            hidden = scope.DisposeEverythingBut(resnet.forward(hidden, null));
        return (upsampler?.forward(hidden) ?? hidden).MoveToOuterDisposeScope();
    }
}

/// <summary>The level of the smallest image: residual block, attention, residual block.</summary>
internal sealed class AutoencoderMidBlock : nn.Module<Tensor, Tensor>
{
    private readonly ResnetBlock2D first;
    private readonly SpatialAttention? attention;
    private readonly ResnetBlock2D second;

    internal AutoencoderMidBlock(long channels, AutoencoderKLConfig config, TensorPlacement placement) : base(
        nameof(AutoencoderMidBlock))
    {
        first = AutoencoderBlocks.Resnet(channels, channels, config.NormNumGroups, placement);
        second = AutoencoderBlocks.Resnet(channels, channels, config.NormNumGroups, placement);
        if (config.MidBlockAddAttention)
        {
            attention = new SpatialAttention(channels, config.NormNumGroups, AutoencoderBlocks.NormEps, placement);
            register_module("attentions", nn.ModuleList(attention));
        }
        register_module("resnets", nn.ModuleList(first, second));
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        hidden = first.forward(hidden, null);
        hidden = attention?.forward(hidden) ?? hidden;
        return second.forward(hidden, null).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// One-headed self-attention over the pixels of a feature map, after a group norm and with a residual.
/// </summary>
internal sealed class SpatialAttention : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly LoraCompatibleLinear query;
    private readonly LoraCompatibleLinear key;
    private readonly LoraCompatibleLinear value;
    private readonly LoraCompatibleLinear output;

    internal SpatialAttention(long channels, long groups, double eps, TensorPlacement placement) : base(
        nameof(SpatialAttention))
    {
        norm = new GroupNorm(groups, channels, eps, placement);
        query = new LoraCompatibleLinear(channels, channels, placement);
        key = new LoraCompatibleLinear(channels, channels, placement);
        value = new LoraCompatibleLinear(channels, channels, placement);
        output = new LoraCompatibleLinear(channels, channels, placement);
        register_module("group_norm", norm);
        register_module("to_q", query);
        register_module("to_k", key);
        register_module("to_v", value);
        register_module("to_out", nn.ModuleList(output));
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var tokens = norm.forward(input).flatten(2).transpose(1, 2);
        var attended = Attention.Attend(
            query.forward(tokens), key.forward(tokens).unsqueeze(1), value.forward(tokens).unsqueeze(1));
        // A sum takes the layout of its first operand, which the convolutions after it want to be that of an image.
        return input.Plus(output.forward(attended).transpose(1, 2).reshape(input.shape)).MoveToOuterDisposeScope();
    }
}

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
