namespace MLNet.SynthAugment.Evaluation;

/// <summary>Rows of a set as feature vectors, with their classes: what every measure is computed from.</summary>
public sealed record LabelledFeatures
{
    /// <summary>Puts rows together.</summary>
    /// <param name="features">One vector per row, at least one row, all of the same length.</param>
    /// <param name="labels">A row's class, null where it is unknown; null if nothing is known of classes.</param>
    /// <exception cref="ArgumentException">There is no row, the vectors differ in length, a value is not finite, or
    /// there are not as many labels as vectors.</exception>
    public LabelledFeatures(IReadOnlyList<float[]> features, IReadOnlyList<string?>? labels = null)
    {
        FeatureChecks.Require(features, "The set");
        if (labels is not null && labels.Count != features.Count)
            throw new ArgumentException(
                $"There are {labels.Count} labels for {features.Count} feature vectors.", nameof(labels));
        (Features, Labels) = (features, labels);
    }

    /// <summary>One vector per row.</summary>
    public IReadOnlyList<float[]> Features { get; }

    /// <summary>A row's class, null where it is unknown; null if nothing is known of classes.</summary>
    public IReadOnlyList<string?>? Labels { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Features.Count;

    /// <summary>The length of a vector.</summary>
    public int Dimension => Features[0].Length;

    /// <summary>
    /// The rows of each class in the ordinal order of labels, without those of unknown class; all rows as one class if
    /// nothing is known of classes.
    /// </summary>
    internal SortedDictionary<string, List<float[]>> ByClass()
    {
        var classes = new SortedDictionary<string, List<float[]>>(StringComparer.Ordinal);
        for (var row = 0; row < Count; row++)
        {
            if ((Labels is null ? "" : Labels[row]) is not { } label)
                continue;
            if (!classes.TryGetValue(label, out var rows))
                classes.Add(label, rows = []);
            rows.Add(Features[row]);
        }
        return classes;
    }
}

/// <summary>What feature vectors must be, with errors that name the row.</summary>
internal static class FeatureChecks
{
    /// <param name="features">One vector per row.</param>
    /// <param name="set">Names the set at the start of a sentence: "The real set".</param>
    /// <exception cref="ArgumentException">There is no row, the vectors differ in length or are empty, or a value is
    /// not finite.</exception>
    public static void Require(IReadOnlyList<float[]> features, string set)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count == 0)
            throw new ArgumentException($"{set} has no rows, so there is nothing to measure.");
        for (var row = 0; row < features.Count; row++)
        {
            if (features[row].Length == 0)
                throw new ArgumentException($"{set} has no features in row {row}.");
            if (features[row].Length != features[0].Length)
                throw new ArgumentException(
                    $"{set} has {features[row].Length} features in row {row}, but {features[0].Length} in row 0.");
            if (Array.FindIndex(features[row], value => !float.IsFinite(value)) is var column and >= 0)
                throw new ArgumentException(
                    $"{set} has the feature {features[row][column]} in row {row} (position {column}), which is no "
                        + "finite number.");
        }
    }

    /// <summary>The same for two sets that are to be compared.</summary>
    /// <exception cref="ArgumentException">A set is not usable, or their vectors differ in length.</exception>
    public static void RequirePair(
        IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, string firstName = "The real set",
        string secondName = "The synthetic set")
    {
        Require(first, firstName);
        Require(second, secondName);
        RequireSameLength(first, second, firstName, secondName);
    }

    /// <inheritdoc cref="RequirePair(IReadOnlyList{float[]}, IReadOnlyList{float[]}, string, string)"/>
    public static void RequirePair(LabelledFeatures real, LabelledFeatures synthetic)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(synthetic);
        RequireSameLength(real.Features, synthetic.Features, "The real set", "The synthetic set");
    }

    /// <exception cref="UnmeasurableException">A set has fewer rows than a measure needs.</exception>
    public static void RequireRows(string measure, int least, int real, int synthetic)
    {
        if (Math.Min(real, synthetic) < least)
            throw new UnmeasurableException(
                $"{measure} needs at least {least} rows in each set; there are {real} real and {synthetic} "
                    + "synthetic ones.");
    }

    private static void RequireSameLength(
        IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, string firstName, string secondName)
    {
        if (first[0].Length != second[0].Length)
            throw new ArgumentException(
                $"{firstName} has {first[0].Length} features a row and {secondName.ToLowerInvariant()} has "
                    + $"{second[0].Length}; both must be features of the same kind.");
    }
}
