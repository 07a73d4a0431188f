using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>Turns class labels into a vector that is added to the time embedding.</summary>
internal sealed class ClassEmbedding
{
    private readonly UNet2DConditionConfig config;
    private readonly nn.Module<Tensor, Tensor>? module;

    private ClassEmbedding(UNet2DConditionConfig config, nn.Module<Tensor, Tensor>? module)
    {
        this.config = config;
        this.module = module;
    }

    /// <summary>The module with the weights, named <c>class_embedding</c>; null where there are none.</summary>
    internal nn.Module? Module => module;

    /// <summary>Makes what the config asks for, or null if it asks for nothing.</summary>
    internal static ClassEmbedding? Create(UNet2DConditionConfig config, TensorPlacement placement)
    {
        var width = config.TimeEmbeddingWidth;
        return config.ClassEmbedType switch
        {
            null when config.NumClassEmbeds is { } count => new(config, new Embedding(count, width, placement)),
            null => null,
            "timestep" => new(config, new TimestepEmbedding(config.BlockOutChannels[0], width, placement)),
            "projection" => new(config,
                new TimestepEmbedding(config.ProjectionClassEmbeddingsInputDim!.Value, width, placement)),
            "simple_projection" => new(
                config, new LoraCompatibleLinear(config.ProjectionClassEmbeddingsInputDim!.Value, width, placement)),
            _ => new(config, null),
        };
    }

    /// <summary>Embeds the labels.</summary>
    /// <param name="labels">As <see cref="UNetConditions.ClassLabels"/> says.</param>
    /// <param name="batch">Number of rows.</param>
    /// <param name="dtype">Type of the result.</param>
    /// <exception cref="ArgumentException">The labels are missing or of the wrong shape.</exception>
    internal Tensor forward(Tensor? labels, long batch, ScalarType dtype)
    {
        if (labels is null)
            throw new ArgumentException("This UNet has a class embedding: give UNetConditions.ClassLabels.");
        switch (config.ClassEmbedType)
        {
            case null:
                ShapeCheck.Require("class labels", labels, batch);
                return module!.forward(labels);
            case "timestep":
                ShapeCheck.Require("class labels", labels, batch);
                return module!.forward(Timesteps.Embed(
                    labels, config.BlockOutChannels[0], config.FlipSinToCos, config.FreqShift).to(dtype));
            case "identity":
                ShapeCheck.Require("class labels", labels, batch, config.TimeEmbeddingWidth);
                return labels.to(dtype);
            default:
                ShapeCheck.Require("class labels", labels, batch, config.ProjectionClassEmbeddingsInputDim!.Value);
                return module!.forward(labels.to(dtype));
        }
    }
}
