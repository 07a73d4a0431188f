using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// The low-rank change of one layer (Hu et al. 2021, LoRA): the layer computes W x + Scale · B (A x).
/// </summary>
/// <param name="A">The down projection: [rank, in], or [rank, in, kernel, kernel] for a convolution.</param>
/// <param name="B">The up projection: [out, rank], or [out, rank, 1, 1] for a convolution.</param>
/// <param name="Scale">alpha / rank times the adapter's strength.</param>
public sealed record LoraLayerWeights(Tensor A, Tensor B, float Scale);

/// <summary>A layer to which LoRA adapters can be attached.</summary>
public interface ILoraCompatible
{
    /// <summary>The frozen weight W: [out, in], or [out, in, kernel, kernel].</summary>
    Tensor Weight { get; }

    /// <summary>The attached adapters in the order in which they were attached.</summary>
    IReadOnlyList<LoraLayerWeights> Adapters { get; }

    /// <summary>Attaches an adapter; the layer uses it from the next forward pass on and does not own it.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <exception cref="ArgumentException">The shapes do not fit the layer.</exception>
    void Attach(LoraLayerWeights adapter);

    /// <summary>Takes an adapter off again.</summary>
    /// <param name="adapter">The very object that was attached.</param>
    /// <returns>Whether it was attached.</returns>
    bool Detach(LoraLayerWeights adapter);
}
