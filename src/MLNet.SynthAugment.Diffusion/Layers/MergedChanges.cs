using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

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
        using var noGradient = no_grad();
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
