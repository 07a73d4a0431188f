namespace MLNet.SynthAugment.Evaluation;

/// <summary>
/// How well images fit texts: the mean of 100 × max(cosine, 0) of CLIP's image and text features, from 0 to 100.
/// CLIPScore (Hessel et al. 2021, equation 1) on the customary scale, where the paper has the factor 2.5. Compare only
/// values of the same CLIP model and the same prompts.
/// </summary>
public static class ClipScore
{
    private const double Scale = 100;

    /// <summary>The score as one of <see cref="EvaluationOptions.Metrics"/>.</summary>
    public static ISyntheticImageMetric Metric { get; } = new ClipScoreMetric();

    /// <summary>Scores images, each against its own text.</summary>
    /// <param name="images">Image features, at least one vector, of any length.</param>
    /// <param name="texts">A text feature for each image, from the same model.</param>
    /// <exception cref="ArgumentException">There is no image or not one text for each, the lengths differ, or a value
    /// is not finite.</exception>
    public static double Compute(IReadOnlyList<float[]> images, IReadOnlyList<float[]> texts)
    {
        FeatureChecks.RequirePair(images, texts, "The set of images", "The set of texts");
        if (images.Count != texts.Count)
            throw new ArgumentException(
                $"There are {texts.Count} texts for {images.Count} images; each image needs one.", nameof(texts));
        return images.Zip(texts,
            (image, text) => Scale * Math.Max(
                0, ImageFeatures.Similarity(UnitVectors.Normalize(image), UnitVectors.Normalize(text)))).Average();
    }

    /// <summary>Scores images against the texts of their classes.</summary>
    /// <param name="images">Image features; those without a label are left out.</param>
    /// <param name="texts">A text feature for each class.</param>
    /// <exception cref="ArgumentException">No image has a label, or a class has no text.</exception>
    public static double Compute(LabelledFeatures images, IReadOnlyDictionary<string, float[]> texts)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(texts);
        var labelled = images.Labels is null
            ? [] : images.Features.Zip(images.Labels).Where(image => image.Second is not null).ToList();
        if (labelled.Count == 0)
            throw new UnmeasurableException("No image has a label, so there are no texts to compare with.");
        if (labelled.Find(image => !texts.ContainsKey(image.Second!)) is { Second: { } missing })
            throw new ArgumentException($"There is no text for class '{missing}'.", nameof(texts));
        return Compute([.. labelled.Select(image => image.First)], [.. labelled.Select(image => texts[image.Second!])]);
    }

    private sealed class ClipScoreMetric : ISyntheticImageMetric
    {
        public string Name => nameof(ClipScore);

        public MetricNeeds Needs => MetricNeeds.ClassNames;

        public IReadOnlyList<MetricNumber> Numbers { get; } =
            [new("CLIP score", MetricDirection.More, "How well images fit the names of their classes, 0 to 100.")];

        public object Measure(MetricInput input) => Compute(input.Synthetic, input.ClassNameDirections);

        public object? MeasureReal(MetricInput input) => Compute(input.Real, input.ClassNameDirections);
    }
}

/// <summary>The results of <see cref="ClipScore.Metric"/>.</summary>
public static class ClipScoreExtensions
{
    extension(SyntheticImageMetrics metrics)
    {
        /// <summary>
        /// See <see cref="Evaluation.ClipScore"/>, of the synthetic rows: larger is better, up to about that of the
        /// real rows.
        /// </summary>
        public double? ClipScore => metrics.Find<double?>("ClipScore");

        /// <summary>The same of the real rows.</summary>
        public double? RealClipScore => metrics.Find<double?>("RealClipScore");
    }
}
