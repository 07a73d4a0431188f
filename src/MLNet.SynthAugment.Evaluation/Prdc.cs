using static TorchSharp.torch;

namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// How well two sets of feature vectors cover each other, by balls around each row that reach to its k-th nearest row
/// of the same set: improved precision and recall (Kynkäänniemi et al. 2019, equations 1 and 2), density and coverage
/// (Naeem et al. 2020, section 3).
/// </summary>
/// <remarks>
/// Two large samples of one distribution have a density of 1 and a coverage of 1 − 2⁻ᵏ (0.969 for k = 5) in
/// expectation; precision and recall have no such fixed point and fall with the dimension. A row on a ball's surface is
/// in it.
/// </remarks>
/// <param name="Precision">The share of synthetic rows in any real row's ball, from 0 to 1: do they look real?</param>
/// <param name="Recall">The share of real rows in any synthetic row's ball, from 0 to 1: is everything real
/// made?</param>
/// <param name="Density">In how many real balls a synthetic row is, divided by k; from 0 up, and less led astray by
/// outliers than precision.</param>
/// <param name="Coverage">The share of real balls that hold a synthetic row, from 0 to 1; less led astray by outliers
/// than recall.</param>
public sealed record Prdc(double Precision, double Recall, double Density, double Coverage)
{
    /// <summary>The four as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new PrdcMetric();

    /// <summary>k as Naeem et al. recommend it.</summary>
    public const int DefaultNeighbourCount = 5;

    // Features are single precision: what is equally far must not be told apart by rounding.
    private const double TieTolerance = 1e-6;

    /// <summary>Measures two samples.</summary>
    /// <param name="real">N vectors of length D, more than k.</param>
    /// <param name="synthetic">M vectors of length D, more than k.</param>
    /// <param name="neighbourCount">k, at least 1.</param>
    /// <exception cref="ArgumentException">A set has no more than k vectors, the lengths differ, or a value is not
    /// finite.</exception>
    public static Prdc Compute(
        IReadOnlyList<float[]> real, IReadOnlyList<float[]> synthetic, int neighbourCount = DefaultNeighbourCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbourCount, 1);
        FeatureChecks.RequirePair(real, synthetic);
        FeatureChecks.RequireRows(
            $"Precision, recall, density and coverage with k = {neighbourCount}", neighbourCount + 1, real.Count,
            synthetic.Count);
        using var x = new FeatureMatrix(real);
        using var y = new FeatureMatrix(synthetic);
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var reachOfReal = x.SquaredNeighbourDistances(neighbourCount).mul_(Kept(1 + TieTolerance)).unsqueeze(1);
        var reachOfSynthetic = y.SquaredNeighbourDistances(neighbourCount).mul_(Kept(1 + TieTolerance));
        var ballsAround = zeros(y.Count, dtype: ScalarType.Int64);
        var (recalled, covered) = (0L, 0L);
        x.ForEachSquaredDistances(y, (start, distances) =>
        {
            var inRealBall = distances.le(reachOfReal.narrow(0, start, distances.shape[0]));
            ballsAround.add_(inRealBall.sum(0L), Kept(1));
            covered += inRealBall.any(1L).sum().item<long>();
            recalled += distances.le(reachOfSynthetic).any(1L).sum().item<long>();
        });
        return new Prdc(
            ballsAround.gt(Kept(0)).sum().item<long>() / (double)y.Count,
            recalled / (double)x.Count,
            ballsAround.sum().item<long>() / ((double)neighbourCount * y.Count),
            covered / (double)x.Count);
    }

    private sealed class PrdcMetric : ISyntheticImageMetric
    {
        public string Name => nameof(Prdc);

        public IReadOnlyList<MetricNumber> Numbers { get; } =
        [
            Number("precision", "The share of synthetic rows that look real.", prdc => prdc.Precision),
            Number("recall", "The share of real rows that synthetic ones cover.", prdc => prdc.Recall),
            Number("density", "How densely real rows lie around synthetic ones; about 1.", prdc => prdc.Density),
            Number("coverage", "The share of real rows with a synthetic row near by.", prdc => prdc.Coverage),
        ];

        public object Measure(MetricInput input) =>
            Compute(input.Real.Features, input.Synthetic.Features, input.Options.NeighbourCount);

        private static MetricNumber Number(string label, string description, Func<Prdc, double> read) =>
            new(label, MetricDirection.More, description) { Read = result => read((Prdc)result) };
    }
}

/// <summary>The result of <see cref="Prdc.Metric"/>.</summary>
public static class PrdcExtensions
{
    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>Precision, recall, density, coverage: larger is better.</summary>
        public Prdc? Prdc => metrics.Find<Prdc>("Prdc");
    }
}
