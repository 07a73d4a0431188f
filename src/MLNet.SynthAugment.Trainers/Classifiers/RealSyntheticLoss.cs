namespace MLNet.SynthAugment.Trainers.Classifiers;

/// <summary>
/// The loss of DataDream's classifier (Kim et al. 2024, equation 3): λ·CE(real) + (1−λ)·CE(synthetic), each cross
/// entropy being a mean over its own rows. Example weights of <see cref="SynthesizeFewShotEstimator"/> are the same
/// loss written as one weighted mean.
/// </summary>
public static class RealSyntheticLoss
{
    /// <summary>The cross entropy of each row with its soft label.</summary>
    /// <param name="logits">[B, classes].</param>
    /// <param name="targets">[B, classes], each row a distribution.</param>
    /// <returns>[B].</returns>
    public static Tensor CrossEntropies(Tensor logits, Tensor targets) =>
        nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None);

    /// <summary>λ·mean(real) + (1−λ)·mean(synthetic). Where one of the two is missing, the mean of the other.</summary>
    /// <param name="losses">The losses of the rows, [B], at least one.</param>
    /// <param name="isSynthetic">Which of them are synthetic, B values.</param>
    /// <param name="realLossWeight">λ, 0 to 1.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Combine(Tensor losses, IReadOnlyList<bool> isSynthetic, double realLossWeight)
    {
        using var scope = NewDisposeScope();
        var real = MeanWhere(losses, isSynthetic, synthetic: false);
        var synthetic = MeanWhere(losses, isSynthetic, synthetic: true);
        var combined = (real, synthetic) switch
        {
            ({ }, { }) => (real * Kept(realLossWeight)).Plus(synthetic * Kept(1 - realLossWeight)),
            _ => real ?? synthetic ?? throw new ArgumentException("There are no losses to combine.", nameof(losses)),
        };
        return combined.MoveToOuterDisposeScope();
    }

    /// <summary>The mean of the rows' losses times their weights.</summary>
    /// <param name="losses">The losses of the rows, [B].</param>
    /// <param name="exampleWeights">B weights.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Weighted(Tensor losses, IReadOnlyList<float> exampleWeights)
    {
        using var scope = NewDisposeScope();
        return (losses * tensor([.. exampleWeights], [exampleWeights.Count], device: losses.device)).mean()
            .MoveToOuterDisposeScope();
    }

    private static Tensor? MeanWhere(Tensor losses, IReadOnlyList<bool> isSynthetic, bool synthetic)
    {
        var rows = Enumerable.Range(0, isSynthetic.Count).Where(row => isSynthetic[row] == synthetic)
            .Select(row => (long)row).ToArray();
        return rows.Length == 0
            ? null : losses.index_select(0, tensor(rows, [rows.Length], device: losses.device)).mean();
    }
}
