using MLNet.SynthAugment.Diffusion;

namespace MLNet.SynthAugment.Pretraining;

/// <summary>
/// Which conditions a training picture has. One and all of them are left out at random, so that a model learns what
/// every combination means and guidance can take each as its base (Ho and Salimans 2022; Brooks et al. 2023, section
/// 3.2).
/// </summary>
/// <param name="Prompt">Whether its prompt is given.</param>
/// <param name="Embedding">Whether the other picture's CLIP embedding is given.</param>
/// <param name="Latents">Whether the other picture's latents are given.</param>
internal readonly record struct KeptConditions(bool Prompt, bool Embedding, bool Latents)
{
    /// <summary>Draws them.</summary>
    public static KeptConditions Draw(PretrainingOptions options, SeededRandom random)
    {
        if (random.Chance(options.UnconditionalShare))
            return default;
        return new KeptConditions(
            Prompt: !random.Chance(options.EmptyPromptShare),
            Embedding: !random.Chance(options.DroppedEmbeddingShare),
            Latents: !random.Chance(options.DroppedLatentsShare));
    }
}
