namespace MLNet.SynthAugment.Diffusion.Seeds;

/// <summary>Settings of norm-aware optimisation; the defaults are those of Samuel et al. 2023.</summary>
public sealed record NormAwareOptions
{
    /// <summary>Points on each path between the centroid and a seed, at least 1.</summary>
    public int PathPoints { get; init; } = 50;

    /// <summary>Largest number of updates.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>Adam's learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>
    /// Distance between neighbours on a path above which a penalty sets in; null for twice the largest distance between
    /// two seeds, divided by <see cref="PathPoints"/>.
    /// </summary>
    public double? Spacing { get; init; }

    /// <summary>
    /// The run ends when the loss has changed by less than this, <see cref="Patience"/> times in a row.
    /// </summary>
    public double LeastChange { get; init; } = 0.01;

    /// <summary>How many small changes of the loss in a row end the run.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Checks the ranges given with the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PathPoints, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Patience, 1);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "It must be above 0.");
    }
}
