using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

/// <summary>A mean over seeds with its 95 % confidence interval by Student's t distribution.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">t(0.975, n−1)·s/√n; null for a single value.</param>
/// <param name="Count">The number of values.</param>
public sealed record MeanInterval(double Mean, double? HalfWidth, int Count)
{
    internal const double Confidence = 0.95;

    /// <summary>The interval of some values.</summary>
    /// <param name="values">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static MeanInterval Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count switch
        {
            0 => throw new ArgumentException("An interval needs at least one value.", nameof(values)),
            1 => new MeanInterval(values[0], null, 1),
            _ => new MeanInterval(values.Mean(),
                StudentT.InvCDF(0, 1, values.Count - 1, (1 + Confidence) / 2) * values.StandardDeviation() / Math.Sqrt(
                    values.Count), values.Count),
        };
    }
}

/// <summary>
/// The differences of two arms, seed by seed, with the paired t-test (Student 1908): what both arms of a seed have in
/// common, its shots above all, falls out.
/// </summary>
/// <param name="Mean">The mean difference.</param>
/// <param name="HalfWidth">That of its 95 % interval; null for a single seed.</param>
/// <param name="PValue">Two-sided, of the hypothesis that there is no difference; null for a single seed.</param>
/// <param name="Count">The seeds that both arms have.</param>
public sealed record PairedDifference(double Mean, double? HalfWidth, double? PValue, int Count)
{
    /// <summary>Whether the interval leaves 0 out.</summary>
    public bool ExcludesZero => HalfWidth is { } half && Math.Abs(Mean) > half;

    /// <summary>The difference of values over the seeds that both have.</summary>
    /// <param name="values">A value by seed.</param>
    /// <param name="baseline">What is taken off, by seed.</param>
    /// <returns>Null if they have no seed in common.</returns>
    public static PairedDifference? Of(
        IReadOnlyDictionary<int, double> values, IReadOnlyDictionary<int, double> baseline)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(baseline);
        var differences = values.Keys.Where(baseline.ContainsKey).Order().Select(seed => values[seed] - baseline[seed])
            .ToList();
        if (differences.Count == 0)
            return null;
        var interval = MeanInterval.Of(differences);
        return new PairedDifference(interval.Mean, interval.HalfWidth, PValueOf(differences), differences.Count);
    }

    private static double? PValueOf(List<double> differences)
    {
        if (differences.Count < 2)
            return null;
        var error = differences.StandardDeviation() / Math.Sqrt(differences.Count);
        var mean = differences.Mean();
        if (error == 0)
            return mean == 0 ? 1 : 0;
        return 2 * StudentT.CDF(0, 1, differences.Count - 1, -Math.Abs(mean / error));
    }
}
