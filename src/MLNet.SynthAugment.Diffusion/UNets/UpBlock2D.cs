using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

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

    /// <summary>Computes the level; takes the images of the way down off the stack.</summary>
    internal Tensor forward(Tensor hidden, UNetStep step, Stack<Tensor> skips) =>
        Stages().Aggregate(hidden, (image, stage) => stage(image, step, skips));

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
