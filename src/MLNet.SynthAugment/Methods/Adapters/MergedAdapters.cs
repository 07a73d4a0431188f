using MLNet.SynthAugment.Diffusion.Lora;

namespace MLNet.SynthAugment.Methods.Adapters;

/// <summary>
/// The adapters that are merged into a model at present. Changing them takes no reload: those before come off, which
/// gives the weights their very bits back. Those of the last call stay merged, for the next batch of the same class.
/// </summary>
internal sealed class MergedAdapters(LatentDiffusionModel model) : IDisposable
{
    private readonly LoraLayers _layers = new(model);
    private readonly List<MergedLora> _merged = [];
    private IReadOnlyList<(LearntAdapter Adapter, float Strength)> _used = [];

    /// <summary>Merges adapters, and no others.</summary>
    /// <param name="adapters">The adapters, each with the factor on its change; none for the plain model.</param>
    public void Use(params IReadOnlyList<(LearntAdapter Adapter, float Strength)> adapters)
    {
        if (adapters.SequenceEqual(_used))
            return;
        TakeOff();
        foreach (var (learnt, strength) in adapters)
        {
            using var adapter = LoraAdapter.Load(learnt.Path);
            _merged.Add(adapter.Merge(_layers, strength));
        }
        _used = [.. adapters];
    }

    /// <summary>Gives the model its own weights back.</summary>
    public void Dispose() => TakeOff();

    private void TakeOff()
    {
        _merged.ForEach(merged => merged.Dispose());
        _merged.Clear();
        _used = [];
    }
}

/// <summary>A trained adapter in the store's state folder.</summary>
/// <param name="Path">The safetensors file.</param>
/// <param name="Hash">SHA-256 of the file, lower-case hexadecimal.</param>
internal sealed record LearntAdapter(string Path, string Hash);
