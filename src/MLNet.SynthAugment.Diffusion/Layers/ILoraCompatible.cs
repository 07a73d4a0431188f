namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// A layer that LoRA adapters can change, by taking part in its forward passes or by addition to its weight.
/// </summary>
public interface ILoraCompatible
{
    /// <summary>
    /// The weight W: [out, in], or [out, in, kernel, kernel]. Holds the merged changes, if there are any.
    /// </summary>
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

    /// <summary>
    /// Adds an adapter's change to the weight. The weight is always its original value plus all merged changes, summed
    /// in float32 and rounded once; a copy of the original is kept while there is a change.
    /// </summary>
    /// <param name="adapter">The adapter; it must live until it is unmerged.</param>
    /// <exception cref="ArgumentException">The shapes do not fit the layer.</exception>
    void Merge(LoraLayerWeights adapter);

    /// <summary>Takes a change out of the weight; without any change left the weight has its original bits.</summary>
    /// <param name="adapter">The very object that was merged.</param>
    /// <returns>Whether it was merged.</returns>
    bool Unmerge(LoraLayerWeights adapter);

    /// <summary>Computes the weight anew after the scale of a merged adapter was changed.</summary>
    void RefreshMerged();
}

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
