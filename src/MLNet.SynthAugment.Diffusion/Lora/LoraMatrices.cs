using MLNet.SynthAugment.Diffusion.Layers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// The low-rank change of one layer (Hu et al. 2021): ΔW = (alpha / rank) · B A.
/// </summary>
/// <param name="A">Down projection, float32 on the CPU: [rank, in], or [rank, in, kernel, kernel] for a
/// convolution.</param>
/// <param name="B">Up projection, float32 on the CPU: [out, rank], or [out, rank, 1, 1] for a convolution.</param>
/// <param name="Alpha">Scales the change; equal to the rank it leaves B A as it is.</param>
public sealed record LoraMatrices(Tensor A, Tensor B, float Alpha)
{
    /// <summary>Number of rows of A.</summary>
    public long Rank => A.shape[0];

    /// <summary>alpha / rank.</summary>
    public float Scale => Alpha / Rank;

    /// <summary>ΔW in the shape of the layer's weight, float32.</summary>
    public Tensor Change() => new LoraLayerWeights(A, B, Scale).Change();
}
