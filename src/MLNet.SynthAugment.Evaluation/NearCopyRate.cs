namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// How many synthetic rows are nearly copies: nearer to a real row of their class than any two different real rows of
/// the class are to each other. Distances are Euclidean. Classes with fewer than two different real rows give no
/// measure and are left out.
/// </summary>
/// <remarks>
/// The same yardstick as <see cref="Selection.NearCopyFilter.RelativeToShots"/>. Give the shots that the synthetic rows
/// were made from as the real set.
/// </remarks>
/// <param name="Rate">The share of near copies among the compared rows, from 0 to 1.</param>
/// <param name="MedianDistance">The median, over the compared rows, of the distance from the nearest real row of the
/// class.</param>
/// <param name="MedianRealDistance">The same between the real rows: the median of their distances from the nearest
/// different one of the class.</param>
/// <param name="Compared">The number of synthetic rows that could be compared.</param>
public sealed record NearCopyRate(double Rate, double MedianDistance, double MedianRealDistance, int Compared)
{
    /// <summary>The rate as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new NearCopyMetric();

    /// <summary>Measures two samples.</summary>
    /// <param name="real">The real rows, or those that the synthetic ones were made from.</param>
    /// <param name="synthetic">The synthetic rows.</param>
    /// <exception cref="ArgumentException">The vectors differ in length, or no class has two different real rows and a
    /// synthetic one.</exception>
    public static NearCopyRate Compute(LabelledFeatures real, LabelledFeatures synthetic)
    {
        FeatureChecks.RequirePair(real, synthetic);
        var (realClasses, copies) = (real.ByClass(), 0);
        var (distances, realDistances) = (new List<double>(), new List<double>());
        foreach (var (label, rows) in synthetic.ByClass())
        {
            if (!realClasses.TryGetValue(label, out var realRows))
                continue;
            using var shots = new FeatureMatrix(realRows);
            var between = Nearest(shots, shots, onlyDifferent: true).Where(double.IsFinite).ToList();
            if (between.Count == 0)
                continue;
            using var candidates = new FeatureMatrix(rows);
            var nearest = Nearest(candidates, shots, onlyDifferent: false);
            copies += nearest.Count(distance => distance < between.Min());
            distances.AddRange(nearest);
            realDistances.AddRange(between);
        }
        return distances.Count == 0
            ? throw new UnmeasurableException(
                "The near-copy rate needs a class with at least two different real rows and a synthetic one.")
            : new NearCopyRate(copies / (double)distances.Count, Median(distances), Median(realDistances),
                distances.Count);
    }

    // Infinite where there is none.
    private static List<double> Nearest(FeatureMatrix from, FeatureMatrix to, bool onlyDifferent)
    {
        var nearest = new List<double>(from.Count);
        from.ForEachSquaredDistances(to, (_, distances) =>
        {
            if (onlyDifferent)
                distances.masked_fill_(distances.le(Kept(0)), Kept(double.PositiveInfinity));
            nearest.AddRange(distances.min(1L).values.sqrt().ToArray<double>());
        });
        return nearest;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private sealed class NearCopyMetric : ISyntheticImageMetric
    {
        public string Name => "NearCopies";

        public MetricNeeds Needs => MetricNeeds.Classes;

        public IReadOnlyList<MetricNumber> Numbers { get; } =
        [
            new("near copies", MetricDirection.Less, "The share of synthetic rows nearer to a real row than real ones "
                + "are to each other.")
            { Unit = MetricUnit.Share, Read = result => ((NearCopyRate)result).Rate },
            new("distance to nearest real", MetricDirection.Neutral, "The median distance of a row from the "
                + "nearest real row of its class.")
            {
                Read = result => ((NearCopyRate)result).MedianDistance,
                ReadReal = result => ((NearCopyRate)result).MedianRealDistance,
            },
        ];

        public object Measure(MetricInput input) => Compute(input.Real, input.Synthetic);
    }
}

/// <summary>The result of <see cref="NearCopyRate.Metric"/>.</summary>
public static class NearCopyRateExtensions
{
    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>How many synthetic rows are nearly copies of real ones: smaller is better.</summary>
        public NearCopyRate? NearCopies => metrics.Find<NearCopyRate>("NearCopies");
    }
}
