using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// Lays out the levels of a UNet. Lists in the config run down the levels; the way up runs through them in reverse, and
/// the middle takes the last entries.
/// </summary>
internal sealed class UNetBlocks
{
    private readonly UNet2DConditionConfig config;
    private readonly TensorPlacement placement;
    private readonly IReadOnlyList<long> channels;
    private readonly IReadOnlyList<int> layers;
    private readonly int levels;

    internal UNetBlocks(UNet2DConditionConfig config, TensorPlacement placement)
    {
        this.config = config;
        this.placement = placement;
        channels = config.BlockOutChannels;
        levels = channels.Count;
        layers = config.LayersPerBlock.ForBlocks(levels, "layers_per_block");
    }

    internal DownBlock2D[] Down() => [.. Enumerable.Range(0, levels).Select(level => new DownBlock2D(
        level == 0 ? channels[0] : channels[level - 1],
        channels[level],
        layers[level],
        config.DownBlockTypes[level] == "CrossAttnDownBlock2D" ? Transformer(level, AttendsOnlyToText(level)) : null,
        isLast: level == levels - 1,
        config,
        placement))];

    internal UNetMidBlock2D Middle() =>
        new(channels[levels - 1], Transformer(levels - 1, onlyCrossAttention: false), config, placement);

    internal UpBlock2D[] Up() => [.. Enumerable.Range(0, levels).Select(position =>
    {
        var level = levels - 1 - position;
        return new UpBlock2D(
            channels[Math.Min(level + 1, levels - 1)],
            channels[level],
            SkipChannels(level),
            config.UpBlockTypes[position] == "CrossAttnUpBlock2D" ? Transformer(level, AttendsOnlyToText(level)) : null,
            isLast: level == 0,
            config,
            placement);
    })];

    /// <summary>
    /// What the way down leaves for a level: its blocks' outputs, last first, and at the end the image it was given.
    /// </summary>
    private IReadOnlyList<long> SkipChannels(int level) =>
        [.. Enumerable.Repeat(channels[level], layers[level]), channels[Math.Max(level - 1, 0)]];

    private bool AttendsOnlyToText(int level) =>
        config.OnlyCrossAttention.ForBlocks(levels, "only_cross_attention")[level];

    private TransformerOptions Transformer(int level, bool onlyCrossAttention) => new(
        config.TransformerLayersPerBlock.ForBlocks(levels, "transformer_layers_per_block")[level],
        config.Heads[level],
        config.CrossAttentionDim.ForBlocks(levels, "cross_attention_dim")[level],
        config.NormNumGroups,
        config.UseLinearProjection,
        onlyCrossAttention,
        config.UpcastAttention);
}

/// <summary>
/// One level on the way down (<c>DownBlock2D</c>, or <c>CrossAttnDownBlock2D</c> with transformers): residual blocks,
/// each followed by a transformer if there are any, then halving of the image except at the last level.
/// </summary>
internal sealed class DownBlock2D : nn.Module
{
    private readonly ResnetBlock2D[] resnets;
    private readonly Transformer2DModel[]? attentions;
    private readonly Downsample2D? downsampler;

    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="layers">Number of residual blocks.</param>
    /// <param name="transformer">Settings of the transformers, or null for none.</param>
    /// <param name="isLast">Whether this is the level of the smallest image.</param>
    /// <param name="config">The UNet's config.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    internal DownBlock2D(long inChannels, long outChannels, int layers, TransformerOptions? transformer, bool isLast,
        UNet2DConditionConfig config, TensorPlacement placement)
        : base(nameof(DownBlock2D))
    {
        resnets = [.. Enumerable.Range(0, layers).Select(layer => new ResnetBlock2D(
            layer == 0 ? inChannels : outChannels, outChannels, config.TimeEmbeddingWidth, config.NormNumGroups,
            config.NormEps, config.ResnetOutScaleFactor, placement))];
        register_module("resnets", nn.ModuleList(resnets));
        if (transformer is not null)
        {
            attentions = [.. resnets.Select(_ => new Transformer2DModel(outChannels, transformer, placement))];
            register_module("attentions", nn.ModuleList(attentions));
        }
        if (!isLast)
        {
            downsampler = new Downsample2D(outChannels, placement, padsRightAndBottomOnly: false);
            register_module("downsamplers", nn.ModuleList(downsampler));
        }
    }

    /// <summary>The level's computation, layer by layer; each puts its image on the stack for the way up.</summary>
    internal IEnumerable<UNetStage> Stages()
    {
        for (var i = 0; i < resnets.Length; i++)
        {
            var layer = i;
            yield return (hidden, step, skips) => Keep(Layer(layer, hidden, step), skips);
        }
        if (downsampler is not null)
            yield return (hidden, _, skips) => Keep(downsampler.forward(hidden), skips);
    }

    private Tensor Layer(int layer, Tensor hidden, UNetStep step)
    {
        if (attentions is null)
            return resnets[layer].forward(hidden, step.Time);
        using var convolved = resnets[layer].forward(hidden, step.Time);
        return attentions[layer].forward(convolved, step);
    }

    private static Tensor Keep(Tensor image, Stack<Tensor> skips)
    {
        skips.Push(image);
        return image;
    }
}

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

/// <summary>
/// One level on the way up (<c>UpBlock2D</c>, or <c>CrossAttnUpBlock2D</c> with transformers): residual blocks on the
/// hidden image and an image from the way down, each followed by a transformer if there are any, then doubling of the
/// image except at the last level.
/// </summary>
internal sealed class UpBlock2D : nn.Module
{
    private readonly ResnetBlock2D[] resnets;
    private readonly Transformer2DModel[]? attentions;
    private readonly Upsample2D? upsampler;

    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="skipChannels">Channels of the image from the way down at each residual block.</param>
    /// <param name="transformer">Settings of the transformers, or null for none.</param>
    /// <param name="isLast">Whether this is the level of the largest image.</param>
    /// <param name="config">The UNet's config.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    internal UpBlock2D(long inChannels, long outChannels, IReadOnlyList<long> skipChannels,
        TransformerOptions? transformer, bool isLast, UNet2DConditionConfig config, TensorPlacement placement)
        : base(nameof(UpBlock2D))
    {
        resnets = [.. skipChannels.Select((skip, layer) => new ResnetBlock2D(
            (layer == 0 ? inChannels : outChannels) + skip, outChannels, config.TimeEmbeddingWidth,
            config.NormNumGroups, config.NormEps, config.ResnetOutScaleFactor, placement))];
        if (transformer is not null)
        {
            attentions = [.. resnets.Select(_ => new Transformer2DModel(outChannels, transformer, placement))];
            register_module("attentions", nn.ModuleList(attentions));
        }
        register_module("resnets", nn.ModuleList(resnets));
        if (!isLast)
        {
            upsampler = new Upsample2D(outChannels, placement);
            register_module("upsamplers", nn.ModuleList(upsampler));
        }
    }

    /// <summary>The level's computation, layer by layer; each takes an image of the way down off the stack.</summary>
    internal IEnumerable<UNetStage> Stages()
    {
        for (var i = 0; i < resnets.Length; i++)
        {
            var layer = i;
            yield return (hidden, step, skips) => Layer(layer, hidden, skips.Pop(), step);
        }
        if (upsampler is not null)
        {
            // The next image from the way down tells the size, which is not always twice the present one.
            yield return (hidden, _, skips) => upsampler.forward(hidden, skips.Peek().shape[2..]);
        }
    }

    private Tensor Layer(int layer, Tensor hidden, Tensor skip, UNetStep step)
    {
        using var joined = cat([hidden, skip], 1);
        if (attentions is null)
            return resnets[layer].forward(joined, step.Time);
        using var convolved = resnets[layer].forward(joined, step.Time);
        return attentions[layer].forward(convolved, step);
    }
}
