using TorchSharp.Modules;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>A table of vectors. Takes int64 ids of any shape, gives [..., width].</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>, IInitializableLayer
{
    private readonly Parameter weight;
    private readonly double standardDeviation;
    private readonly long width;

    /// <summary>Makes a table without values.</summary>
    /// <param name="count">Number of vectors; ids are 0 to <paramref name="count"/> − 1.</param>
    /// <param name="width">Size of a vector.</param>
    /// <param name="placement">Device and type of the table.</param>
    /// <param name="standardDeviation">Standard deviation of the starting values.</param>
    public Embedding(long count, long width, TensorPlacement placement, double standardDeviation = 1) : base(
        nameof(Embedding))
    {
        this.width = width;
        this.standardDeviation = standardDeviation;
        weight = LayerParameters.Create(placement, count, width);
        register_parameter(nameof(weight), weight);
    }

    /// <summary>The table, [count, width].</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    public void Initialize(Generator generator) =>
        LayerParameters.Fill(weight, tensor => tensor.normal_(0, standardDeviation, generator));

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        weight.index_select(0, input.flatten()).reshape([.. input.shape, width]);
}
