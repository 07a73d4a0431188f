using MLNet.SynthAugment.Diffusion.Layers;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>An adapter that takes part in a model's forward passes; dispose it to take the adapter off.</summary>
public sealed class AttachedLora : IDisposable
{
    private readonly List<(ILoraCompatible Layer, LoraLayerWeights Weights)> _attached = [];

    internal AttachedLora(LoraAdapter adapter, LoraLayers layers, float strength)
    {
        foreach (var (layer, matrices) in layers.Match(adapter))
        {
            // Copies in the layer's own type and place: the adapter may be disposed before the model.
            var (dtype, device) = (layer.Weight.dtype, layer.Weight.device);
            var weights = new LoraLayerWeights(
                matrices.A.to(dtype, device, copy: true).DetachFromDisposeScope(),
                matrices.B.to(dtype, device, copy: true).DetachFromDisposeScope(),
                matrices.Scale * strength);
            layer.Attach(weights);
            _attached.Add((layer, weights));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (layer, weights) in _attached)
        {
            layer.Detach(weights);
            weights.A.Dispose();
            weights.B.Dispose();
        }
        _attached.Clear();
    }
}
