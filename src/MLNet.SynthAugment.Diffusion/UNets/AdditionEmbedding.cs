using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

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
