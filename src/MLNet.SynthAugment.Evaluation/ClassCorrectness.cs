namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// The share of rows whose most similar class direction, by cosine, is that of their own class. Directions are text
/// features of the class names (zero-shot classification, Radford et al. 2021, section 3.1) or the mean features of
/// real rows (prototypes). A row as similar to another class counts as right.
/// </summary>
/// <param name="Share">The share over all rows with a label, from 0 to 1.</param>
/// <param name="ByClass">The share for each class.</param>
public sealed record ClassCorrectness(double Share, IReadOnlyDictionary<string, double> ByClass)
{
    /// <summary>
    /// The share as one of <see cref="EvaluationOptions.Metrics"/>, by <see cref="EvaluationOptions.Reference"/>.
    /// </summary>
    public static ISyntheticImageMetric Metric { get; } = new ClassCorrectnessMetric();

    /// <summary>Classifies rows by given directions.</summary>
    /// <param name="rows">The rows; those without a label are left out. A row whose class has no direction is
    /// wrong.</param>
    /// <param name="directions">A vector for each class, of any length.</param>
    /// <exception cref="ArgumentException">No row has a label, there is no direction, or a direction's length is not
    /// the features'.</exception>
    public static ClassCorrectness Compute(LabelledFeatures rows, IReadOnlyDictionary<string, float[]> directions)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(directions);
        FeatureChecks.RequirePair(rows.Features, [.. directions.Values], "The set", "The set of class directions");
        var units = directions.ToDictionary(
            direction => direction.Key, direction => UnitVectors.Normalize(direction.Value));
        return Create(rows, (row, label) => IsRight(UnitVectors.Normalize(row), label, units));
    }

    /// <summary>
    /// Classifies rows by the mean features of their own set's classes, each row by means that it has no part in: what
    /// other rows' shares by the same means can be compared with. A row without another of its class is wrong.
    /// </summary>
    /// <param name="rows">The rows; those without a label are left out.</param>
    /// <exception cref="ArgumentException">No row has a label.</exception>
    public static ClassCorrectness LeaveOneOut(LabelledFeatures rows)
    {
        var sums = Sums(rows);
        var units = sums.ToDictionary(sum => sum.Key, sum => UnitVectors.Normalize(sum.Value));
        return Create(rows, (row, label) =>
        {
            var unit = UnitVectors.Normalize(row);
            var own = UnitVectors.Normalize([.. sums[label].Zip(unit, (all, mine) => all - mine)]);
            return IsRight(unit, label, new Dictionary<string, float[]>(units) { [label] = own });
        });
    }

    /// <summary>The mean direction of each class's rows.</summary>
    /// <param name="rows">The rows; those without a label are left out.</param>
    /// <returns>A vector of length 1 for each class.</returns>
    /// <exception cref="ArgumentException">Nothing is known of classes.</exception>
    public static IReadOnlyDictionary<string, float[]> MeanDirections(LabelledFeatures rows) =>
        Sums(rows).ToDictionary(sum => sum.Key, sum => UnitVectors.Normalize(sum.Value));

    private static Dictionary<string, double[]> Sums(LabelledFeatures rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Labels is null
            ? throw new UnmeasurableException("Without labels there are no classes.")
            : rows.ByClass().ToDictionary(
                found => found.Key, found => UnitVectors.Sum(UnitVectors.Normalize(found.Value)));
    }

    private static bool IsRight(float[] unit, string label, Dictionary<string, float[]> directions) =>
        directions.TryGetValue(label, out var own)
            && ImageFeatures.Similarity(unit, own) >= directions.Values.Max(
                direction => ImageFeatures.Similarity(unit, direction));

    private static ClassCorrectness Create(LabelledFeatures rows, Func<float[], string, bool> isRight)
    {
        if (rows.Labels is null || rows.Labels.All(label => label is null))
            throw new UnmeasurableException("No row has a label, so none can be right.");
        var right = rows.ByClass()
            .ToDictionary(found => found.Key, found => found.Value.Select(row => isRight(row, found.Key)).ToList());
        return new ClassCorrectness(
            right.Values.SelectMany(found => found).Average(Number),
            right.ToDictionary(found => found.Key, found => found.Value.Average(Number)));

        static double Number(bool value) => value ? 1 : 0;
    }

    private sealed class ClassCorrectnessMetric : ISyntheticImageMetric
    {
        public string Name => nameof(ClassCorrectness);

        public MetricNeeds Needs => MetricNeeds.Classes;

        public IReadOnlyList<MetricNumber> Numbers { get; } =
        [
            new("taken for their class", MetricDirection.More, "The share of rows most similar to their own class.")
            { Unit = MetricUnit.Share, Read = result => ((ClassCorrectness)result).Share },
        ];

        public object Measure(MetricInput input) =>
            Compute(input.Synthetic, IsByName(input) ? input.ClassNameDirections : MeanDirections(input.Real));

        public object? MeasureReal(MetricInput input) =>
            IsByName(input) ? Compute(input.Real, input.ClassNameDirections) : LeaveOneOut(input.Real);

        private static bool IsByName(MetricInput input) => input.Options.ReferenceInUse == ClassReference.Text;
    }
}

/// <summary>The results of <see cref="ClassCorrectness.Metric"/>.</summary>
public static class ClassCorrectnessExtensions
{
    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>The share of synthetic rows that are taken for their own class: larger is better.</summary>
        public ClassCorrectness? ClassCorrectness => metrics.Find<ClassCorrectness>("ClassCorrectness");

        /// <summary>The same of the real rows; by mean features each row is left out of its class's mean.</summary>
        public ClassCorrectness? RealClassCorrectness => metrics.Find<ClassCorrectness>("RealClassCorrectness");
    }
}
