using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>What one update trains on.</summary>
/// <param name="Latents">Scaled latents, float32 [B, C, h, w].</param>
/// <param name="Noise">The noise to add, of the same shape.</param>
/// <param name="Timesteps">B training timesteps.</param>
/// <param name="Prompts">B prompts.</param>
internal sealed record TrainingBatch(Tensor Latents, Tensor Noise, long[] Timesteps, string[] Prompts)
{
    /// <summary>
    /// The class labels [B, width] that show other images to a model that takes their embeddings; else null.
    /// </summary>
    public Tensor? ClassLabels { get; init; }

    /// <summary>The latents [B, C, h, w] of other images for a model that takes them; else null.</summary>
    public Tensor? ImageLatents { get; init; }

    /// <summary>Number of examples.</summary>
    public int Count => Timesteps.Length;

    /// <summary>The batch in pieces of at most so many examples.</summary>
    public IEnumerable<TrainingBatch> Split(int size)
    {
        for (var first = 0; first < Count; first += size)
        {
            var count = Math.Min(size, Count - first);
            yield return new TrainingBatch(
                Latents.narrow(0, first, count), Noise.narrow(0, first, count), Timesteps[first..(first + count)],
                Prompts[first..(first + count)])
            {
                ClassLabels = ClassLabels?.narrow(0, first, count),
                ImageLatents = ImageLatents?.narrow(0, first, count),
            };
        }
    }
}
