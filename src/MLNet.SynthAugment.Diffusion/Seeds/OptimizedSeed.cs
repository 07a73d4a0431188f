using MLNet.SynthAugment.Diffusion.Pipelines;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>The outcome of a seed's optimisation; it owns its tensors.</summary>
/// <param name="Seed">The noise of least loss, [1, C, h, w].</param>
/// <param name="Latents">The final latents it leads to, ready to be decoded.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Iteration">Number of updates that led to it.</param>
public sealed record OptimizedSeed(Tensor Seed, Tensor Latents, double Loss, int Iteration) : IDisposable
{
    /// <summary>The loss of the seed that the optimisation started from.</summary>
    public double StartLoss { get; init; }

    /// <summary>The terms of <see cref="Loss"/> in their order, without their weights.</summary>
    public IReadOnlyList<float> Terms { get; init; } = [];

    /// <summary>How often loss and gradient were computed: what the seed has cost.</summary>
    public int Evaluations { get; init; }

    /// <summary>Whether the run ended early because a loss or gradient was no finite number.</summary>
    public bool Diverged { get; init; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Seed.Dispose();
        Latents.Dispose();
    }
}

/// <summary>One evaluation of seeds and the update after it.</summary>
/// <param name="Iteration">Number of updates before it.</param>
/// <param name="Rows">Which of the given seeds were still under way, one a row of the tensors.</param>
/// <param name="Result">Latents, losses and gradients of these seeds before the update.</param>
/// <param name="Seeds">These seeds after the update, [rows, C, h, w].</param>
public sealed record SeedIteration(int Iteration, IReadOnlyList<int> Rows, SampleGradient Result, Tensor Seeds);
