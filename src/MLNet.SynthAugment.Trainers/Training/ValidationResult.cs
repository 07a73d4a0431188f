using MLNet.SynthAugment.Trainers.Classifiers;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>How a classifier does on a validation view.</summary>
/// <param name="Accuracy">The share of rows whose most probable class is the right one.</param>
/// <param name="Loss">The mean cross entropy.</param>
internal readonly record struct ValidationResult(double Accuracy, double Loss)
{
    private const int RowsAtOnce = 64;

    /// <summary>Whether this is better: more rows right or, with as many, a lower loss.</summary>
    public bool Beats(ValidationResult? other) =>
        other is not { } best || Accuracy > best.Accuracy || (Accuracy == best.Accuracy && Loss < best.Loss);

    public static ValidationResult Measure(ImageClassifier classifier, IReadOnlyList<Example> examples, int classCount)
    {
        using var noGradient = no_grad();
        var (right, loss) = (0L, 0.0);
        foreach (var rows in examples.Chunk(RowsAtOnce))
        {
            using var scope = NewDisposeScope();
            var targets = new float[rows.Length * classCount];
            for (var i = 0; i < rows.Length; i++)
                rows[i].FillTarget(targets.AsSpan(i * classCount, classCount), smoothing: 0);
            var logits = classifier.Logits(
                stack(rows.Select(row => row.OpenImage())).to(classifier.Device), training: false).cpu();
            loss += RealSyntheticLoss.CrossEntropies(logits, tensor(targets, [rows.Length, classCount])).sum()
                .item<float>();
            right += logits.argmax(-1).ToArray<long>().Zip(rows)
                .LongCount(pair => pair.First == pair.Second.Label);
        }
        return new ValidationResult((double)right / examples.Count, loss / examples.Count);
    }
}

/// <summary>The weights of the best validation.</summary>
internal sealed class BestState(ImageClassifier classifier) : IDisposable
{
    private readonly List<Tensor> _kept =
        [.. classifier.State.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];

    /// <summary>How they did; null before the first validation.</summary>
    public ValidationResult? Result { get; private set; }

    /// <summary>The step after which they were validated.</summary>
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
        using var noGradient = no_grad();
        for (var i = 0; i < from.Count; i++)
            to[i].copy_(from[i]);
    }
}
