using MLNet.SynthAugment.Trainers.Classifiers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>The weights of the best look at the validation view.</summary>
internal sealed class BestState(ImageClassifier classifier) : IDisposable
{
    private readonly List<Tensor> _kept =
        [.. classifier.State.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];

    /// <summary>How they did; null before the first look.</summary>
    public ValidationResult? Result { get; private set; }

    /// <summary>The step after which they were looked at.</summary>
    public int Step { get; private set; }

    public void Keep(ValidationResult result, int step)
    {
        (Result, Step) = (result, step);
        Copy(classifier.State, _kept);
    }

    public void Restore() => Copy(_kept, classifier.State);

    public void Dispose() => _kept.ForEach(tensor => tensor.Dispose());

    private static void Copy(IReadOnlyList<Tensor> from, IReadOnlyList<Tensor> to)
    {
        using var mode = no_grad();
        for (var i = 0; i < from.Count; i++)
            to[i].copy_(from[i]);
    }
}
