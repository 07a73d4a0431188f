namespace MLNet.SynthAugment.Evaluation;

/// <summary>Rows of a set as feature vectors, with their classes: what every measure is computed from.</summary>
public sealed record LabelledFeatures
{
    /// <summary>Puts rows together.</summary>
    /// <param name="features">A vector a row, at least one row, all of the same length.</param>
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

    /// <summary>A vector a row.</summary>
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
