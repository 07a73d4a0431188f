namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// How unlike each other the rows of a class are: the mean Euclidean distance between two rows of a class, averaged
/// over the classes with at least two rows. From 0 (all rows of a class are equal) up; to be compared with the real
/// set's.
/// </summary>
public static class IntraClassDiversity
{
    /// <summary>Diversity as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new DiversityMetric();

    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>See <see cref="IntraClassDiversity"/>: the nearer to that of the real rows the better.</summary>
        public double? Diversity => metrics.Find<double?>("Diversity");

        /// <summary>The same of the real rows.</summary>
        public double? RealDiversity => metrics.Find<double?>("RealDiversity");
    }

    /// <summary>Measures a sample.</summary>
    /// <param name="rows">The rows.</param>
    /// <exception cref="ArgumentException">No class has two rows.</exception>
    public static double Compute(LabelledFeatures rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var classes = rows.ByClass().Values.Where(ofClass => ofClass.Count >= 2).ToList();
        return classes.Count == 0
            ? throw new UnmeasurableException("Diversity within classes needs a class with at least two rows.")
            : classes.Average(MeanDistance);
    }

    private static double MeanDistance(List<float[]> rows)
    {
        using var matrix = new FeatureMatrix(rows);
        var sum = 0.0;
        matrix.ForEachSquaredDistances(matrix, (_, distances) => sum += distances.sqrt().sum().item<double>());
        return sum / ((double)rows.Count * (rows.Count - 1));
    }

    private sealed class DiversityMetric : ISyntheticImageMetric
    {
        public string Name => "Diversity";

        public MetricNeeds Needs => MetricNeeds.Classes;

        public IReadOnlyList<MetricNumber> Numbers { get; } =
            [new("diversity within classes", MetricDirection.LikeReal, "The mean distance of two rows of a class.")];

        public object Measure(MetricInput input) => Compute(input.Synthetic);

        public object? MeasureReal(MetricInput input) => Compute(input.Real);
    }
}
