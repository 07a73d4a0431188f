using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>
/// An adapter added to a model's weights; dispose it to restore them bit by bit. Keeps a copy of every changed weight,
/// because subtracting the change again would leave rounding behind. Adapters come off in reverse order.
/// </summary>
public sealed class MergedLora : IDisposable
{
    private readonly List<(Tensor Weight, Tensor Original)> _merged = [];

    internal MergedLora(LoraAdapter adapter, LoraLayers layers, float strength)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (layer, matrices) in layers.Match(adapter))
        {
            _merged.Add((layer.Weight, layer.Weight.detach().clone().DetachFromDisposeScope()));
            var change = (matrices.Product() * (matrices.Scale * strength)).to(layer.Weight.device);
            // In float32 also for half weights: rounded once.
            layer.Weight.copy_(layer.Weight.to(ScalarType.Float32) + change);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var _ = no_grad();
        foreach (var (weight, original) in _merged)
        {
            weight.copy_(original);
            original.Dispose();
        }
        _merged.Clear();
    }
}
