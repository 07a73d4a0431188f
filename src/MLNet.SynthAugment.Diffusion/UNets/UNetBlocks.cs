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
