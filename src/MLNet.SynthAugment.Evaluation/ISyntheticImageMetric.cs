namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// A metric of synthetic images beside real ones. <see cref="SyntheticImageMetrics.All"/> lists those of this library;
/// <see cref="EvaluationOptions.Metrics"/> takes them and your own. A metric keeps nothing between calls.
/// </summary>
public interface ISyntheticImageMetric
{
    /// <summary>
    /// The name of its result in <see cref="SyntheticImageMetrics"/> and in JSON, such as <c>Fid</c>. The result of
    /// <see cref="MeasureReal"/> has the same name after <c>Real</c>.
    /// </summary>
    string Name { get; }

    /// <summary>What it needs besides the features of both sets.</summary>
    MetricNeeds Needs => MetricNeeds.Features;

    /// <summary>The numbers of its result, as tables list them; at least one.</summary>
    IReadOnlyList<MetricNumber> Numbers { get; }

    /// <summary>Measures the synthetic set.</summary>
    /// <param name="input">The features of both sets.</param>
    /// <returns>A number (Double), or a record that can be written as JSON.</returns>
    /// <exception cref="UnmeasurableException">The sets are sound but give no value, such as too few rows.</exception>
    object Measure(MetricInput input);

    /// <summary>Measures the real set in the same way, as a reference for the synthetic one.</summary>
    /// <param name="input">The features of both sets.</param>
    /// <returns>A result of the same type; null where the metric compares the two sets and has no such
    /// reference.</returns>
    /// <exception cref="UnmeasurableException">The set is sound but gives no value.</exception>
    object? MeasureReal(MetricInput input) => null;
}

/// <summary>What a metric needs besides the features of both sets.</summary>
[Flags]
public enum MetricNeeds
{
    /// <summary>Nothing: rows need no label.</summary>
    Features = 0,

    /// <summary>The class of each row.</summary>
    Classes = 1,

    /// <summary>The class of each row, and a CLIP model that encodes the names of classes.</summary>
    ClassNames = Classes | 2,
}

/// <summary>Which values of a number are better.</summary>
public enum MetricDirection
{
    /// <summary>Neither: the number is there to read others by.</summary>
    Neutral,

    /// <summary>Small ones.</summary>
    Less,

    /// <summary>Large ones.</summary>
    More,

    /// <summary>Those near the real set's.</summary>
    LikeReal,
}

/// <summary>The unit of a number.</summary>
public enum MetricUnit
{
    /// <summary>None, or that of the features.</summary>
    Number,

    /// <summary>A share from 0 to 1, which tables write in per cent.</summary>
    Share,
}

/// <summary>A number of a metric's result.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Better">Which values are better.</param>
/// <param name="Description">What it is, in one sentence.</param>
public sealed record MetricNumber(string Label, MetricDirection Better, string Description)
{
    /// <summary>Its unit.</summary>
    public MetricUnit Unit { get; init; }

    /// <summary>Reads it from a result; by default the result is the number.</summary>
    public Func<object, double> Read { get; init; } = result => (double)result;

    /// <summary>Reads its standard error from a result; null if there is none.</summary>
    public Func<object, double>? ReadError { get; init; }

    /// <summary>
    /// Reads the real set's number from the result of <see cref="ISyntheticImageMetric.Measure"/>; null if
    /// <see cref="ISyntheticImageMetric.MeasureReal"/> gives it, or nothing does.
    /// </summary>
    public Func<object, double>? ReadReal { get; init; }
}

/// <summary>What metrics are computed from.</summary>
public sealed class MetricInput
{
    private readonly Lazy<IReadOnlyDictionary<string, float[]>> _classNames;

    /// <summary>Vectors alone: metrics that need class names have no value.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="synthetic">The synthetic rows.</param>
    /// <param name="options">The settings of metrics, such as <see cref="EvaluationOptions.NeighbourCount"/>; null for
    /// the defaults.</param>
    /// <exception cref="ArgumentException">The vectors of the two sets differ in length.</exception>
    public MetricInput(LabelledFeatures real, LabelledFeatures synthetic, EvaluationOptions? options = null)
        : this(real, synthetic, options ?? new EvaluationOptions(),
            () => throw new UnmeasurableException("Vectors alone cannot be compared with class names."))
    {
    }

    internal MetricInput(
        LabelledFeatures real, LabelledFeatures synthetic, EvaluationOptions options,
        Func<IReadOnlyDictionary<string, float[]>> encodeClassNames)
    {
        FeatureChecks.RequirePair(real, synthetic);
        (Real, Synthetic, Options) = (real, synthetic, options);
        _classNames = new Lazy<IReadOnlyDictionary<string, float[]>>(encodeClassNames);
    }

    /// <summary>The real rows.</summary>
    public LabelledFeatures Real { get; }

    /// <summary>The synthetic rows, with vectors of the same length.</summary>
    public LabelledFeatures Synthetic { get; }

    /// <summary>The settings of metrics.</summary>
    public EvaluationOptions Options { get; }

    /// <summary>
    /// The direction of each class's name in the space of the features, by label; encoded at the first call.
    /// </summary>
    /// <exception cref="UnmeasurableException">No row has a label, or no CLIP model encodes texts.</exception>
    /// <exception cref="ArgumentException">The features are not those of the CLIP model.</exception>
    public IReadOnlyDictionary<string, float[]> ClassNameDirections => _classNames.Value;
}

/// <summary>A metric has no value for sound rows, such as too few of them. Other metrics may have one.</summary>
/// <param name="message">Says why, in a sentence.</param>
public sealed class UnmeasurableException(string message) : ArgumentException(message);
