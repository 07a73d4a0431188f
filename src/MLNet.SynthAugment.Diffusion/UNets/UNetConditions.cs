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

/// <summary>What all blocks of a UNet are given beside the image.</summary>
/// <param name="Time">SiLU of the time embedding, [B, time width], or [1, time width] where all rows share it.</param>
/// <param name="Text">What the attentions attend to.</param>
/// <param name="Optimizations">How to compute.</param>
internal sealed record UNetStep(Tensor Time, TextContext Text, UNetOptimizations Optimizations)
{
    /// <summary>As in <see cref="UNetApproximations.MergedTokens"/>.</summary>
    internal double MergedTokens { get; init; }

    /// <summary>Height of the latents.</summary>
    internal long Height { get; init; }

    /// <summary>Width of the latents.</summary>
    internal long Width { get; init; }
}
