using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>The outcome of a seed's optimisation; it owns its tensors.</summary>
/// <param name="Seed">The noise of least loss, [B, C, h, w].</param>
/// <param name="Latents">The final latents it leads to, ready to be decoded.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Iteration">Number of updates that led to it.</param>
public sealed record OptimizedSeed(Tensor Seed, Tensor Latents, double Loss, int Iteration) : IDisposable
{
    /// <summary>Whether the run ended early because a loss or gradient was no finite number.</summary>
    public bool Diverged { get; init; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Seed.Dispose();
        Latents.Dispose();
    }
}

/// <summary>One update of a seed.</summary>
/// <param name="Iteration">Number of updates before it.</param>
/// <param name="Result">Latents, loss and gradient of the seed before the update.</param>
/// <param name="Seed">The seed after the update, [B, C, h, w].</param>
public sealed record SeedIteration(int Iteration, SampleGradient Result, Tensor Seed);
