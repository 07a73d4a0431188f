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
