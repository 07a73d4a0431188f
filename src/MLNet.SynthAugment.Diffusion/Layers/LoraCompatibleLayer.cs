using TorchSharp.Modules;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>
/// A layer that is linear in its weight, W x + b, plus Scale · B (A x) for each attached LoRA adapter, where A acts as
/// the layer's own weight does and B on each position alone.
/// </summary>
public abstract class LoraCompatibleLayer : nn.Module<Tensor, Tensor>, ILoraCompatible, IInitializableLayer
{
    // Module.to finds the fields by the parameters' names.
    private protected readonly Parameter weight;
    private protected readonly Parameter? bias;
    private readonly MergedChanges merged = new();
    private readonly List<LoraLayerWeights> adapters = [];
    private readonly long fanIn;

    private protected LoraCompatibleLayer(
        string name, TensorPlacement placement, bool hasBias, params long[] weightShape) : base(name)
    {
        fanIn = weightShape[1..].Aggregate(1L, (product, size) => product * size);
        weight = LayerParameters.Create(placement, weightShape);
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = LayerParameters.Create(placement, weightShape[0]);
            register_parameter(nameof(bias), bias);
        }
    }

    /// <inheritdoc/>
    public Tensor Weight => weight;

    /// <summary>The bias [out], or null.</summary>
    public Tensor? Bias => bias;

    /// <inheritdoc/>
    public IReadOnlyList<LoraLayerWeights> Adapters => adapters;

    /// <inheritdoc/>
    public void Attach(LoraLayerWeights adapter)
    {
        RequireFit(adapter);
        adapters.Add(adapter);
    }

    /// <inheritdoc/>
    public bool Detach(LoraLayerWeights adapter) => adapters.Remove(adapter);

    /// <inheritdoc/>
    public void Merge(LoraLayerWeights adapter)
    {
        RequireFit(adapter);
        merged.Add(weight, adapter);
    }

    /// <inheritdoc/>
    public bool Unmerge(LoraLayerWeights adapter) => merged.Remove(weight, adapter);

    /// <inheritdoc/>
    public void RefreshMerged() => merged.Refresh(weight);

    /// <inheritdoc/>
    public void Initialize(Generator generator) => LayerParameters.FillUniform(weight, bias, fanIn, generator);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor input) => Forward(input, bias);

    /// <summary>The same with a number added to each output channel.</summary>
    /// <param name="input">The input.</param>
    /// <param name="shift">[out].</param>
    internal Tensor ForwardShifted(Tensor input, Tensor shift) =>
        Forward(input, bias is null ? shift : bias.Plus(shift));

    private Tensor Forward(Tensor input, Tensor? bias)
    {
        var output = Apply(input, weight, bias);
        foreach (var adapter in adapters)
        {
            // Adapters are trained in float32 also where the frozen weights are in half precision.
            var low = Apply(input.dtype == adapter.A.dtype ? input : input.to(adapter.A.dtype), adapter.A, null);
            var change = ApplyPointwise(adapter.Scale == 1 ? low : low * Kept(adapter.Scale), adapter.B);
            output = output.Plus(change.dtype == output.dtype ? change : change.to(output.dtype));
        }
        return output;
    }

    /// <summary>The layer's own operation with a weight of the layer's input size and kernel.</summary>
    private protected abstract Tensor Apply(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>The operation at each position alone.</summary>
    private protected abstract Tensor ApplyPointwise(Tensor input, Tensor weight);

    // A wrong matrix product would end the process.
    private void RequireFit(LoraLayerWeights adapter)
    {
        var shape = weight.shape;
        var rank = adapter.A.shape is [var first, ..] ? first : 0;
        Require("A", adapter.A, [rank, .. shape[1..]]);
        Require("B", adapter.B, [shape[0], rank, .. shape[2..].Select(_ => 1L)]);
    }

    private void Require(string matrix, Tensor tensor, long[] expected)
    {
        if (!tensor.shape.SequenceEqual(expected))
            throw new ArgumentException(
                $"LoRA matrix {matrix} of a {GetName()} layer has shape [{string.Join(", ", tensor.shape)}], but "
                    + $"[{string.Join(", ", expected)}] is needed.", nameof(tensor));
    }
}
