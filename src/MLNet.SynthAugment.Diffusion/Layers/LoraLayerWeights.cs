using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// The low-rank change of one layer (Hu et al. 2021, LoRA): the layer computes W x + Scale · B (A x). Does not own the
/// matrices.
/// </summary>
/// <param name="a">The down projection: [rank, in], or [rank, in, kernel, kernel] for a convolution.</param>
/// <param name="b">The up projection: [out, rank], or [out, rank, 1, 1] for a convolution.</param>
/// <param name="scale">alpha / rank times the adapter's strength.</param>
public sealed class LoraLayerWeights(Tensor a, Tensor b, float scale)
{
    /// <summary>The down projection.</summary>
    public Tensor A { get; } = a;

    /// <summary>The up projection.</summary>
    public Tensor B { get; } = b;

    /// <summary>
    /// alpha / rank times the adapter's strength. An attached change follows at the next forward pass, a merged one at
    /// <see cref="ILoraCompatible.RefreshMerged"/>.
    /// </summary>
    public float Scale { get; set; } = scale;

    /// <summary>Scale · B A in the shape of the layer's weight, float32.</summary>
    internal Tensor Change()
    {
        using var scope = NewDisposeScope();
        Tensor a = A.to(ScalarType.Float32), b = B.to(ScalarType.Float32);
        return (b.flatten(1).matmul(a.flatten(1)) * Kept(Scale)).reshape([b.shape[0], .. a.shape[1..]])
            .MoveToOuterDisposeScope();
    }
}
