namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// The kernel distance between two sets of feature vectors, KID (Bińkowski et al. 2018): the squared maximum mean
/// discrepancy under the kernel k(x, y) = (x·y / D + 1)³. Smaller is better, 0 is best. Unlike
/// <see cref="FrechetDistance"/> its expectation does not depend on the number of rows, so it suits small sets.
/// </summary>
/// <remarks>
/// All pairs of rows count; the paper's standard error over random blocks is replaced by the jackknife, which draws
/// nothing at random.
/// </remarks>
public static class KernelDistance
{
    /// <summary>KID as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new KidMetric();

    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>See <see cref="KernelDistance"/>: smaller is better.</summary>
        public MmdEstimate? Kid => metrics.Find<MmdEstimate>("Kid");
    }

    /// <summary>The distance between two samples.</summary>
    /// <param name="real">Vectors of length D, at least 3.</param>
    /// <param name="synthetic">Vectors of length D, at least 3.</param>
    /// <exception cref="ArgumentException">A set has fewer than 3 vectors, the lengths differ, or a value is not
    /// finite.</exception>
    public static MmdEstimate Compute(IReadOnlyList<float[]> real, IReadOnlyList<float[]> synthetic)
    {
        FeatureChecks.RequirePair(real, synthetic);
        FeatureChecks.RequireRows("KID", MeanDiscrepancy.LeastRows, real.Count, synthetic.Count);
        using var x = new FeatureMatrix(real);
        using var y = new FeatureMatrix(synthetic);
        return MeanDiscrepancy.Estimate(x, y, products => (products / Kept(x.Dimension)).Plus(1).pow(Kept(3)));
    }

    private sealed class KidMetric : ISyntheticImageMetric
    {
        public string Name => "Kid";

        public IReadOnlyList<MetricNumber> Numbers { get; } =
            [MmdEstimate.Number("KID", "The squared maximum mean discrepancy under a cubic kernel.")];

        public object Measure(MetricInput input) => Compute(input.Real.Features, input.Synthetic.Features);
    }
}
