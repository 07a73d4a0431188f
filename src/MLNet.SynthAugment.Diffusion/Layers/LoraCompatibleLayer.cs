using TorchSharp.Modules;

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

/// <summary>
/// y = W x + b, plus Scale · B (A x) for each attached LoRA adapter. Takes [..., in], gives [..., out].
/// </summary>
public sealed class LoraCompatibleLinear : LoraCompatibleLayer
{
    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="inputSize">Width of the input.</param>
    /// <param name="outputSize">Width of the output.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LoraCompatibleLinear(long inputSize, long outputSize, TensorPlacement placement, bool hasBias = true)
        : base(nameof(LoraCompatibleLinear), placement, hasBias, outputSize, inputSize)
    {
    }

    /// <summary>The two halves of the output along its last dimension.</summary>
    /// <param name="input">[..., in].</param>
    /// <param name="separately">Whether each half is computed by itself and so contiguous, where no adapters are
    /// attached.</param>
    internal (Tensor First, Tensor Second) ForwardHalves(Tensor input, bool separately)
    {
        if (!separately || Adapters.Count > 0 || bias is null)
        {
            var halves = forward(input).chunk(2, -1);
            return (halves[0], halves[1]);
        }
        var rows = weight.chunk(2);
        var biases = bias.chunk(2);
        return (Apply(input, rows[0], biases[0]), Apply(input, rows[1], biases[1]));
    }

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => F.linear(input, weight, bias);

    private protected override Tensor ApplyPointwise(Tensor input, Tensor weight) => F.linear(input, weight);
}

/// <summary>
/// A square convolution, plus Scale · B ∗ (A ∗ x) for each attached LoRA adapter, where A has the layer's own kernel,
/// stride and padding, and B is 1×1. Takes [B, in, H, W].
/// </summary>
public sealed class LoraCompatibleConv2d : LoraCompatibleLayer
{
    private readonly long[] stride;
    private readonly long[] padding;

    /// <summary>Makes a layer whose parameters have no values yet.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Height and width of the kernel.</param>
    /// <param name="placement">Device and type of the parameters.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="padding">Zeros added on all four sides.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    public LoraCompatibleConv2d(
        long inChannels, long outChannels, long kernelSize, TensorPlacement placement, long stride = 1,
        long padding = 0, bool hasBias = true)
        : base(nameof(LoraCompatibleConv2d), placement, hasBias, outChannels, inChannels, kernelSize, kernelSize)
    {
        this.stride = [stride, stride];
        this.padding = [padding, padding];
    }

    /// <summary>The same for a 1×1 kernel and the pixels as tokens; without the adapters.</summary>
    /// <param name="tokens">[B, S, in].</param>
    /// <returns>[B, S, out].</returns>
    internal Tensor ForwardTokens(Tensor tokens) => F.linear(tokens, weight.flatten(1), bias);

    private protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) =>
        Convolutions.Apply(input, weight, bias, stride, padding);

    private protected override Tensor ApplyPointwise(Tensor input, Tensor weight) => Convolutions.Apply(input, weight);
}

/// <summary>
/// The changes merged into one weight. The original is kept, because subtracting a change again would leave rounding
/// behind; so changes come off in any order.
/// </summary>
internal sealed class MergedChanges
{
    private readonly List<LoraLayerWeights> changes = [];
    private Tensor? original;

    internal void Add(Tensor weight, LoraLayerWeights change)
    {
        original ??= Copy(weight);
        changes.Add(change);
        Refresh(weight);
    }

    internal bool Remove(Tensor weight, LoraLayerWeights change)
    {
        if (!changes.Remove(change))
            return false;
        Refresh(weight);
        if (changes.Count == 0)
        {
            original?.Dispose();
            original = null;
        }
        return true;
    }

    /// <summary>
    /// Sets the weight to its original value plus the changes; in float32 also for half weights, rounded once.
    /// </summary>
    internal void Refresh(Tensor weight)
    {
        // The model may be gone before its adapters are.
        if (original is null || weight.IsInvalid)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (changes.Count == 0)
            weight.copy_(original);
        else
            weight.copy_(changes.Aggregate(
                original.to(ScalarType.Float32), (sum, change) => sum.Plus(change.Change())));
    }

    private static Tensor Copy(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.detach().clone().DetachFromDisposeScope();
    }
}
