namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// The discrepancy between two sets of CLIP features, CMMD (Jayasumana et al. 2024): 1000 × the squared maximum mean
/// discrepancy of the features at length 1 under the Gaussian kernel k(x, y) = exp(−‖x − y‖² / 2σ²), σ = 10. Smaller is
/// better, 0 is best.
/// </summary>
/// <remarks>
/// The paper's estimator is the unbiased one, which is used here. An estimate that keeps the pairs of a row with itself
/// is larger by about 10/N: nothing for the tens of thousands of images of published values, but more than the
/// difference sought for a few dozen.
/// </remarks>
public static class ClipDiscrepancy
{
    private const double Sigma = 10;
    private const double Scale = 1000;

    /// <summary>CMMD as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new CmmdMetric();

    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>See <see cref="ClipDiscrepancy"/>: smaller is better.</summary>
        public MmdEstimate? Cmmd => metrics.Find<MmdEstimate>("Cmmd");
    }

    /// <summary>The discrepancy between two samples.</summary>
    /// <param name="real">CLIP features of any length, at least 3 vectors.</param>
    /// <param name="synthetic">The same model's features, at least 3 vectors.</param>
    /// <exception cref="ArgumentException">A set has fewer than 3 vectors, the lengths differ, a value is not finite,
    /// or a vector is all zeros.</exception>
    public static MmdEstimate Compute(IReadOnlyList<float[]> real, IReadOnlyList<float[]> synthetic)
    {
        FeatureChecks.RequirePair(real, synthetic);
        FeatureChecks.RequireRows("CMMD", MeanDiscrepancy.LeastRows, real.Count, synthetic.Count);
        RequireDirections(real, "the real set");
        RequireDirections(synthetic, "the synthetic set");
        using var x = new FeatureMatrix(UnitVectors.Normalize(real));
        using var y = new FeatureMatrix(UnitVectors.Normalize(synthetic));
        // ‖x − y‖² = 2 − 2 x·y at length 1.
        var estimate = MeanDiscrepancy.Estimate(x, y, products => ((products - Kept(1)) / Kept(Sigma * Sigma)).exp());
        return new MmdEstimate(Scale * estimate.Value, Scale * estimate.StandardError);
    }

    private static void RequireDirections(IReadOnlyList<float[]> features, string set)
    {
        for (var row = 0; row < features.Count; row++)
        {
            if (Array.TrueForAll(features[row], value => value == 0))
                throw new UnmeasurableException($"CMMD compares directions, but row {row} of {set} is all zeros.");
        }
    }

    private sealed class CmmdMetric : ISyntheticImageMetric
    {
        public string Name => "Cmmd";

        public IReadOnlyList<MetricNumber> Numbers { get; } =
            [MmdEstimate.Number("CMMD",
            "1000 times the squared maximum mean discrepancy of CLIP directions under a Gaussian kernel.")];

        public object Measure(MetricInput input) => Compute(input.Real.Features, input.Synthetic.Features);
    }
}
