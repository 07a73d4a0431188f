using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

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

    /// <summary>Computes the level; puts every intermediate image on the stack for the way up.</summary>
    internal Tensor forward(Tensor hidden, UNetStep step, Stack<Tensor> skips) =>
        Stages().Aggregate(hidden, (image, stage) => stage(image, step, skips));

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
