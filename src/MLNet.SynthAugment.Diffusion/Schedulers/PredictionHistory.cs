using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>
/// The last predictions of a multistep sampler, newest first. They outlive the dispose scopes of the steps; the oldest
/// is freed when a new one would exceed the capacity, the others by <see cref="Clear"/>.
/// </summary>
/// <param name="capacity">How many are kept.</param>
internal sealed class PredictionHistory(int capacity)
{
    private readonly List<Tensor> _predictions = [];

    public int Count => _predictions.Count;

    public Tensor this[int age] => _predictions[age];

    public void Add(Tensor prediction)
    {
        _predictions.Insert(0, prediction.alias().DetachFromDisposeScope());
        if (_predictions.Count <= capacity) return;
        _predictions[^1].Dispose();
        _predictions.RemoveAt(_predictions.Count - 1);
    }

    public void Clear()
    {
        foreach (var prediction in _predictions) prediction.Dispose();
        _predictions.Clear();
    }
}
