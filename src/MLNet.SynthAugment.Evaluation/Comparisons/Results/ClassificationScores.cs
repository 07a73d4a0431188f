namespace MLNet.SynthAugment.Evaluation.Comparisons.Results;

/// <summary>How a classifier does on some images.</summary>
/// <param name="Confusion">Of each class, in their order, how many images were taken for each class.</param>
public sealed record ClassificationScores(
    [property: JsonConverter(typeof(OneLineConverter<IReadOnlyList<IReadOnlyList<int>>>))]
    IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    /// <summary>The share of images that were taken for their class, 0 to 1.</summary>
    public double Accuracy { get; } =
        (double)Confusion.Select((row, i) => row[i]).Sum() / Math.Max(1, Confusion.Sum(row => row.Sum()));

    /// <summary>The same for each class; null for a class without images.</summary>
    [JsonConverter(typeof(OneLineConverter<IReadOnlyList<double?>>))]
    public IReadOnlyList<double?> Recall { get; } =
        [.. Confusion.Select((row, i) => row.Sum() is > 0 and var count ? (double)row[i] / count : (double?)null)];

    /// <summary>How many images there were.</summary>
    [JsonIgnore]
    public int Count => Confusion.Sum(row => row.Sum());

    /// <summary>Counts predictions.</summary>
    /// <param name="truth">The class of each image, from 0.</param>
    /// <param name="predicted">What it was taken for.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <exception cref="InvalidOperationException">There are more or fewer predictions than images, or one is no
    /// class.</exception>
    public static ClassificationScores Of(IReadOnlyList<int> truth, IReadOnlyList<int> predicted, int classCount)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if (truth.Count != predicted.Count)
            throw new InvalidOperationException(
                $"The trainer's classifier gave {predicted.Count} predictions for {truth.Count} images.");
        var confusion = Enumerable.Range(0, classCount).Select(_ => new int[classCount]).ToArray();
        foreach (var (right, taken) in truth.Zip(predicted))
        {
            if (taken < 0 || taken >= classCount)
                throw new InvalidOperationException(
                    $"The trainer's classifier predicted class {taken}; there are {classCount} classes, counted "
                        + "from 0.");
            confusion[right][taken]++;
        }
        return new ClassificationScores(confusion);
    }
}
