using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace FewShotAccuracy.Statistics;

/// <summary>Mean over seeds with the half-width of its 95 % confidence interval by Student's t distribution.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">t(0.975, n−1)·s/√n; NaN for a single value.</param>
public readonly record struct SeedInterval(double Mean, double HalfWidth)
{
    private const double Confidence = 0.95;

    public static SeedInterval Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            throw new ArgumentException("An interval needs at least one value.", nameof(values));
        if (values.Count == 1)
            return new(values[0], double.NaN);
        var t = StudentT.InvCDF(0, 1, values.Count - 1, (1 + Confidence) / 2);
        return new(values.Mean(), t * values.StandardDeviation() / Math.Sqrt(values.Count));
    }

    /// <summary>The interval of the differences of two arms, seed by seed.</summary>
    public static SeedInterval OfDifferences(IReadOnlyList<double> values, IReadOnlyList<double> baseline) =>
        Of(values.Zip(baseline, (value, other) => value - other).ToList());
}
