using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Moves embeddings about within a spread, for variety that stays within a class.</summary>
public static class EmbeddingJitter
{
    /// <summary>
    /// embedding + deviation ⊙ noise, brought back to the embedding's length, row by row: direction is what CLIP's
    /// embeddings carry.
    /// </summary>
    /// <param name="embeddings">[B, E].</param>
    /// <param name="deviations">The standard deviation of each dimension, [E].</param>
    /// <param name="noise">Unit normal noise, [B, E].</param>
    /// <returns>[B, E].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Apply(Tensor embeddings, Tensor deviations, Tensor noise)
    {
        if (embeddings.dim() != 2 || !embeddings.shape.SequenceEqual(noise.shape)
            || !deviations.shape.SequenceEqual([embeddings.shape[1]]))
            throw new ArgumentException(
                $"The embeddings have shape [{string.Join(", ", embeddings.shape)}], the noise "
                    + $"[{string.Join(", ", noise.shape)}], the deviations [{string.Join(", ", deviations.shape)}]; "
                    + "[B, E] twice and [E] are expected.");
        using var scope = NewDisposeScope();
        var moved = embeddings.Plus(deviations * noise);
        var lengths = moved.norm(1, keepdim: true).clamp_min(Kept(float.Epsilon));
        return (moved * (embeddings.norm(1, keepdim: true) / lengths)).MoveToOuterDisposeScope();
    }
}
