using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>Linear, SiLU, linear: [B, in] to [B, out].</summary>
internal sealed class TimestepEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly LoraCompatibleLinear linear1;
    private readonly LoraCompatibleLinear linear2;

    internal TimestepEmbedding(long inputSize, long outputSize, TensorPlacement placement) : base(
        nameof(TimestepEmbedding))
    {
        linear1 = new LoraCompatibleLinear(inputSize, outputSize, placement);
        linear2 = new LoraCompatibleLinear(outputSize, outputSize, placement);
        register_module("linear_1", linear1);
        register_module("linear_2", linear2);
    }

    public override Tensor forward(Tensor input) => linear2.forward(F.silu(linear1.forward(input)));
}

/// <summary>Sinusoidal embeddings of numbers (Vaswani et al. 2017, section 3.5; Ho et al. 2020).</summary>
public static class Timesteps
{
    private const double LongestPeriod = 10000;

    /// <summary>sin and cos of t · 10000^(−i / (width/2 − shift)), i = 0 ... width/2 − 1.</summary>
    /// <param name="timesteps">[N], any numeric type.</param>
    /// <param name="width">Width of an embedding; an odd one ends with a zero.</param>
    /// <param name="cosineFirst">Whether the cosines come before the sines.</param>
    /// <param name="frequencyShift">The shift.</param>
    /// <returns>[N, width] in float32.</returns>
    public static Tensor Embed(Tensor timesteps, long width, bool cosineFirst, double frequencyShift)
    {
        var half = width / 2;
        var exponents = arange(Kept(0), Kept(half), Kept(1), ScalarType.Float32, timesteps.device) * Kept(
            -Math.Log(LongestPeriod) / (half - frequencyShift));
        var angles = timesteps.to(ScalarType.Float32).unsqueeze(1) * exponents.exp().unsqueeze(0);
        var (first, second) = cosineFirst ? (angles.cos(), angles.sin()) : (angles.sin(), angles.cos());
        var embedding = cat([first, second], 1);
        return width % 2 == 0 ? embedding : nn.functional.pad(embedding, (0, 1));
    }
}

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

/// <summary>
/// SDXL's added condition (Podell et al. 2023, section 2.2): the pooled text, followed by the embeddings of the time
/// ids, through a small network; named <c>add_embedding</c>.
/// </summary>
internal sealed class AdditionEmbedding
{
    private readonly TimestepEmbedding embedding;
    private readonly UNet2DConditionConfig config;
    private readonly long inputWidth;

    internal AdditionEmbedding(UNet2DConditionConfig config, TensorPlacement placement)
    {
        this.config = config;
        inputWidth = config.ProjectionClassEmbeddingsInputDim!.Value;
        embedding = new TimestepEmbedding(inputWidth, config.TimeEmbeddingWidth, placement);
    }

    /// <summary>The module with the weights.</summary>
    internal nn.Module Module => embedding;

    internal Tensor forward(UNetConditions? conditions, long batch, ScalarType dtype)
    {
        if (conditions is not { AddedTextEmbeds: { } text, AddedTimeIds: { } timeIds })
            throw new ArgumentException(
                "This UNet has addition_embed_type 'text_time': give UNetConditions.AddedTextEmbeds and AddedTimeIds.");
        ShapeCheck.Require("added text embeddings", text, batch, ShapeCheck.Any);
        ShapeCheck.Require("added time ids", timeIds, batch, ShapeCheck.Any);
        var times = Timesteps.Embed(
            timeIds.flatten(), config.AdditionTimeEmbedDim!.Value, config.FlipSinToCos, config.FreqShift);
        var joined = cat([text.to(dtype), times.reshape(batch, -1).to(dtype)], 1);
        ShapeCheck.Require("added text embeddings and time ids, joined,", joined, batch, inputWidth);
        return embedding.forward(joined);
    }
}
