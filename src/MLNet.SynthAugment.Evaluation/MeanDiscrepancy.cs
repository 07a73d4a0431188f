using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// The squared maximum mean discrepancy of two samples, by the unbiased estimator (Gretton et al. 2012, equation 3):
/// Σ_{i≠j} k(xᵢ, xⱼ) / m(m−1) + Σ_{i≠j} k(yᵢ, yⱼ) / n(n−1) − 2 Σ_{i,j} k(xᵢ, yⱼ) / mn.
/// </summary>
internal static class MeanDiscrepancy
{
    /// <summary>Rows that each sample must have: the jackknife leaves one out, and two must remain.</summary>
    public const int LeastRows = 3;

    /// <param name="x">m vectors, at least <see cref="LeastRows"/>.</param>
    /// <param name="y">n vectors of the same length, at least <see cref="LeastRows"/>.</param>
    /// <param name="kernel">Gives k for inner products of any shape.</param>
    public static MmdEstimate Estimate(FeatureMatrix x, FeatureMatrix y, Func<Tensor, Tensor> kernel)
    {
        var (withinX, withinY) = (SumsWithin(x, kernel), SumsWithin(y, kernel));
        var (acrossX, acrossY) = SumsAcross(x, y, kernel);
        var (sumX, sumY, sumAcross) = (withinX.Sum(), withinY.Sum(), acrossX.Sum());
        var (m, n) = ((double)x.Count, (double)y.Count);

        // Without row i the sums lack its pairs: twice in its own sample, once across.
        var withoutX = withinX.Zip(
            acrossX, (own, across) => Estimate(sumX - 2 * own, m - 1, sumY, n, sumAcross - across));
        var withoutY = withinY.Zip(
            acrossY, (own, across) => Estimate(sumX, m, sumY - 2 * own, n - 1, sumAcross - across));
        return new MmdEstimate(Estimate(sumX, m, sumY, n, sumAcross),
            Math.Sqrt(JackknifeVariance([.. withoutX]) + JackknifeVariance([.. withoutY])));
    }

    private static double Estimate(double withinX, double m, double withinY, double n, double across) =>
        withinX / (m * (m - 1)) + withinY / (n * (n - 1)) - 2 * across / (m * n);

    // (m − 1)/m Σ (θ₋ᵢ − mean)², Efron & Stein 1981; the variances of two independent samples add.
    private static double JackknifeVariance(double[] estimates)
    {
        var mean = estimates.Average();
        return (estimates.Length - 1.0) / estimates.Length * estimates.Sum(
            estimate => (estimate - mean) * (estimate - mean));
    }

    private static double[] SumsWithin(FeatureMatrix rows, Func<Tensor, Tensor> kernel) =>
        [.. SumsAcross(rows, rows, kernel).OfRows.Zip(rows.OnDiagonal(kernel), (all, itself) => all - itself)];

    private static (double[] OfRows, double[] OfColumns) SumsAcross(
        FeatureMatrix rows, FeatureMatrix columns, Func<Tensor, Tensor> kernel)
    {
        using var scope = NewDisposeScope();
        var (ofRows, ofColumns) = (new List<double>(rows.Count), zeros(columns.Count, dtype: ScalarType.Float64));
        rows.ForEachInnerProducts(columns, (_, products) =>
        {
            var values = kernel(products);
            ofRows.AddRange(values.sum(1L).ToArray<double>());
            ofColumns.add_(values.sum(0L), Kept(1));
        });
        return ([.. ofRows], ofColumns.ToArray<double>());
    }
}

/// <summary>An estimate of a squared maximum mean discrepancy.</summary>
/// <param name="Value">The unbiased estimate: around 0, also a little below, for two samples of one
/// distribution.</param>
/// <param name="StandardError">Its standard error over both samples, by the jackknife; rather too large than too small
/// near 0.</param>
public sealed record MmdEstimate(double Value, double StandardError)
{
    internal static MetricNumber Number(string label, string description) =>
        new(label, MetricDirection.Less, description)
        {
            Read = result => ((MmdEstimate)result).Value,
            ReadError = result => ((MmdEstimate)result).StandardError,
        };
}
