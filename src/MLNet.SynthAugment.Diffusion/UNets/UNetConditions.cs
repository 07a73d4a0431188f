using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>What some UNets take beside the text.</summary>
public sealed record UNetConditions
{
    /// <summary>
    /// For UNets with a class embedding: [B] int64 class numbers or noise levels, or [B, width] embeddings with
    /// <c>class_embed_type</c> projection, simple_projection or identity.
    /// </summary>
    public Tensor? ClassLabels { get; init; }

    /// <summary>For <c>addition_embed_type</c> text_time (SDXL): the pooled text embeddings, [B, width].</summary>
    public Tensor? AddedTextEmbeds { get; init; }

    /// <summary>For <c>addition_embed_type</c> text_time (SDXL): original size, crop and target size, [B, 6].</summary>
    public Tensor? AddedTimeIds { get; init; }
}
