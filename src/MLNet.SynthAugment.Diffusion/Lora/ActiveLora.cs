using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// An adapter at work in a model; dispose it to take it off. Any number of adapters may be at work at once, attached or
/// merged, and come off in any order.
/// </summary>
public abstract class ActiveLora : IDisposable
{
    private readonly List<(ILoraCompatible Layer, LoraLayerWeights Weights, float Scale)> _active = [];
    private float _strength;

    private protected ActiveLora(float strength)
    {
        RequireFinite(strength);
        _strength = strength;
    }

    /// <summary>
    /// Factor on the adapter's change; 1 is full, 0 none. May be set at any time between two forward passes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number.</exception>
    public float Strength
    {
        get => _strength;
        set
        {
            RequireFinite(value);
            _strength = value;
            foreach (var (layer, weights, scale) in _active)
            {
                weights.Scale = scale * value;
                Refresh(layer);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var (layer, weights, _) in _active)
        {
            Remove(layer, weights);
            weights.A.Dispose();
            weights.B.Dispose();
        }
        _active.Clear();
    }

    /// <summary>Puts an adapter to work; all of its layers or, after an error, none.</summary>
    private protected void Start(LoraAdapter adapter, LoraLayers layers)
    {
        using var scope = NewDisposeScope();
        try
        {
            foreach (var (layer, matrices) in layers.Match(adapter))
            {
                var weights = Copy(layer, matrices);
                _active.Add((layer, weights, matrices.Scale));
                Add(layer, weights);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The type in which the matrices are held.</summary>
    private protected abstract ScalarType MatrixType(ILoraCompatible layer);

    private protected abstract void Add(ILoraCompatible layer, LoraLayerWeights weights);

    private protected abstract void Remove(ILoraCompatible layer, LoraLayerWeights weights);

    private protected abstract void Refresh(ILoraCompatible layer);

    // Copies: the adapter may be disposed before the model.
    private LoraLayerWeights Copy(ILoraCompatible layer, LoraMatrices matrices)
    {
        var (dtype, device) = (MatrixType(layer), layer.Weight.device);
        return new LoraLayerWeights(
            matrices.A.to(dtype, device, copy: true).DetachFromDisposeScope(),
            matrices.B.to(dtype, device, copy: true).DetachFromDisposeScope(),
            matrices.Scale * _strength);
    }

    private static void RequireFinite(float strength)
    {
        if (!float.IsFinite(strength)) throw new ArgumentOutOfRangeException(
            nameof(strength), strength, "An adapter's strength must be a finite number.");
    }
}

/// <summary>An adapter that takes part in a model's forward passes; its strength changes at no cost.</summary>
public sealed class AttachedLora : ActiveLora
{
    internal AttachedLora(LoraAdapter adapter, LoraLayers layers, float strength) : base(strength) =>
        Start(adapter, layers);

    // A forward pass needs no conversions if the matrices have the weight's type.
    private protected override ScalarType MatrixType(ILoraCompatible layer) => layer.Weight.dtype;

    private protected override void Add(ILoraCompatible layer, LoraLayerWeights weights) => layer.Attach(weights);

    private protected override void Remove(ILoraCompatible layer, LoraLayerWeights weights) => layer.Detach(weights);

    private protected override void Refresh(ILoraCompatible layer)
    {
        // The next forward pass reads the new scale.
    }
}

/// <summary>
/// An adapter added to a model's weights, so that forward passes cost nothing more. While adapters are merged a copy of
/// every changed weight is kept; when the last one is disposed the weights have their original bits again.
/// </summary>
public sealed class MergedLora : ActiveLora
{
    internal MergedLora(LoraAdapter adapter, LoraLayers layers, float strength) : base(strength) =>
        Start(adapter, layers);

    private protected override ScalarType MatrixType(ILoraCompatible layer) => ScalarType.Float32;

    private protected override void Add(ILoraCompatible layer, LoraLayerWeights weights) => layer.Merge(weights);

    private protected override void Remove(ILoraCompatible layer, LoraLayerWeights weights) => layer.Unmerge(weights);

    private protected override void Refresh(ILoraCompatible layer) => layer.RefreshMerged();
}
