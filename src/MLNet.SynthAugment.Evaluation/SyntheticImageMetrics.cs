namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// What <see cref="SyntheticImagesCatalog"/> measures of a synthetic set beside a real one. Each metric's own file adds
/// a property for its result (<c>Fid</c>, <c>Kid</c>, …); <see cref="Find"/> finds those of other metrics. A metric
/// without a value is null, and <see cref="Unmeasured"/> says why.
/// </summary>
public sealed record SyntheticImageMetrics
{
    /// <summary>All metrics of this library, in the order of results and tables.</summary>
    public static IReadOnlyList<ISyntheticImageMetric> All { get; } =
    [
        FrechetDistance.Metric,
        KernelDistance.Metric,
        ClipDiscrepancy.Metric,
        Prdc.Metric,
        ClipScore.Metric,
        ClassCorrectness.Metric,
        NearCopyRate.Metric,
        IntraClassDiversity.Metric,
    ];

    /// <summary>The real rows measured.</summary>
    public required int RealCount { get; init; }

    /// <summary>The synthetic rows measured.</summary>
    public required int SyntheticCount { get; init; }

    /// <summary>The length of a feature vector.</summary>
    public required int FeatureDimension { get; init; }

    /// <summary>The names of metrics without a value, each with a sentence that says why.</summary>
    public required IReadOnlyDictionary<string, string> Unmeasured { get; init; }

    /// <summary>
    /// The results by name, in the order of the metrics: a number, a record, or null without a value. Those read from
    /// JSON are of type <see cref="JsonElement"/> until <see cref="Find"/> gives them their type.
    /// </summary>
    [JsonExtensionData]
    public IDictionary<string, object?> Results { get; init; } = new Dictionary<string, object?>();

    /// <summary>A result by its name.</summary>
    /// <typeparam name="T">Its type; <c>double?</c> for a number.</typeparam>
    /// <param name="name">The metric's name, after <c>Real</c> for the reference of the real set.</param>
    /// <returns>Null if it has no value or was not measured.</returns>
    /// <exception cref="InvalidCastException">It is of another type.</exception>
    public T? Find<T>(string name) => Results.TryGetValue(name, out var result) switch
    {
        true when result is JsonElement json => json.Deserialize<T>(),
        true => (T?)result,
        false => default,
    };
}
