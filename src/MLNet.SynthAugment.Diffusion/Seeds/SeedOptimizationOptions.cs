namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>Settings of a seed's optimisation; the defaults are SeedSelect's (Samuel et al. 2024).</summary>
public sealed record SeedOptimizationOptions
{
    /// <summary>
    /// How often loss and gradient are computed, at least 1, first of the given seed. An update follows each time, but
    /// as in the released code none looks at what the last one leads to: the best seed is the start or one of
    /// <c>Iterations</c> − 1 updates.
    /// </summary>
    public int Iterations { get; init; } = 30;

    /// <summary>Learning rate of the first updates, above 0.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Number of updates after which the learning rate drops.</summary>
    public int DropAfter { get; init; } = 3;

    /// <summary>Factor of the learning rate from then on.</summary>
    public double DropFactor { get; init; } = 0.1;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>λ, the weight of the semantic loss against the appearance loss.</summary>
    public double SemanticWeight { get; init; } = 10;

    /// <summary>Weights of the last steps in the semantic loss, earliest first.</summary>
    public IReadOnlyList<double> StepWeights { get; init; } = [0.05, 0.25, 0.7];

    /// <summary>The learning rate of an update.</summary>
    /// <param name="iteration">Number of updates before it.</param>
    public double LearningRateAt(int iteration) => iteration < DropAfter ? LearningRate : LearningRate * DropFactor;

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(DropAfter);
        ArgumentOutOfRangeException.ThrowIfNegative(WeightDecay);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must be above 0.");
        if (!(DropFactor > 0 && double.IsFinite(DropFactor)))
            throw new ArgumentOutOfRangeException(nameof(DropFactor), DropFactor, "It must be above 0.");
    }
}
