namespace MLNet.SynthAugment.Evaluation;

/// <summary>What <see cref="SyntheticImagesCatalog"/> reads of two views, and how it measures.</summary>
public sealed class EvaluationOptions
{
    /// <summary>
    /// What is measured, at least one metric, each of another name: those of this library, and your own.
    /// </summary>
    public IReadOnlyList<ISyntheticImageMetric> Metrics { get; set; } = SyntheticImageMetrics.All;

    /// <summary>
    /// The class of a row: text, a key, a number or Boolean. Null: nothing is known of classes, and metrics of classes
    /// have no value. Not read where no metric needs classes.
    /// </summary>
    public string? LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// The image of a row: an image, the path of a file as text, or a file's bytes. <see cref="Clip"/> gives its
    /// features.
    /// </summary>
    public string ImageColumnName { get; set; } = "Image";

    /// <summary>
    /// Feature vectors of Single or Double to measure instead of images, which are not read then; null for none.
    /// </summary>
    public string? FeatureColumnName { get; set; }

    /// <summary>
    /// The CLIP model that gives features of images and texts; for images <see cref="ImageTextModel.Embedded"/> if
    /// null. With <see cref="FeatureColumnName"/> set it only if the column holds this model's image features: its
    /// texts are compared with them.
    /// </summary>
    public ImageTextModel? Clip { get; set; }

    /// <summary>
    /// What tells the class of a row: class names, or the mean features of the real rows of each class. Null means
    /// <see cref="ClassReference.Text"/> where <see cref="Clip"/> is set, and <see cref="ClassReference.Shots"/>
    /// otherwise: the embedded model's text encoder knows few names.
    /// </summary>
    public ClassReference? Reference { get; set; }

    /// <summary>
    /// Prompts for class names, at least one; <c>{class}</c> stands for the name. Of several the mean direction counts.
    /// </summary>
    public IReadOnlyList<string> Templates { get; set; } = ["a photo of a {class}"];

    /// <summary>
    /// Words for labels that are codes: a map from the label's text to the name used in prompts. Labels not in it name
    /// themselves.
    /// </summary>
    public IReadOnlyDictionary<string, string>? ClassNames { get; set; }

    /// <summary>k of <see cref="Prdc"/>; at least 1.</summary>
    public int NeighbourCount { get; set; } = Prdc.DefaultNeighbourCount;

    /// <summary>The folder that relative paths of a path column start from. Null means the current folder.</summary>
    public string? ImageFolder { get; set; }

    /// <summary>Images held in memory and encoded together; at least 1.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>
    /// Where the CLIP model runs: <c>auto</c> (CUDA if it is there), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. All else
    /// is computed on the CPU.
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>The largest image, in pixels, that is decoded; larger ones count as unreadable.</summary>
    public long MaxImagePixels { get; set; } = 100_000_000;

    /// <summary>
    /// Whether images of paths and bytes are turned as their EXIF orientation says; by default they are not, as in
    /// ML.NET. Synthetic images lie as the shots were read.
    /// </summary>
    public ImageOrientation ImageOrientation { get; set; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on; opaque.</summary>
    public Color ImageGround { get; set; } = Color.White;

    /// <summary>Stops the reading of images with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal ImageReading Reading => new() { Orientation = ImageOrientation, Ground = ImageGround };

    /// <summary>The model that is needed, or null.</summary>
    internal ImageTextModel? ClipInUse => Clip ?? (FeatureColumnName is null ? ImageTextModel.Embedded : null);

    internal ClassReference ReferenceInUse => Reference ?? (Clip is null ? ClassReference.Shots : ClassReference.Text);

    /// <summary>The label column, or null where no metric needs classes.</summary>
    internal string? LabelInUse =>
        Metrics.Any(metric => metric.Needs.HasFlag(MetricNeeds.Classes)) ? LabelColumnName : null;

    internal string ClassName(string label) => ClassNames?.GetValueOrDefault(label) ?? label;

    internal void Validate()
    {
        if (Metrics is not { Count: > 0 } || Metrics.DistinctBy(metric => metric.Name).Count() != Metrics.Count)
            throw new ArgumentException($"{nameof(Metrics)} must be at least one metric, each of another name.");
        if (LabelColumnName is not null)
            ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        if (FeatureColumnName is not null)
            ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
        ArgumentException.ThrowIfNullOrEmpty(ImageColumnName);
        ArgumentException.ThrowIfNullOrEmpty(Device);
        ArgumentOutOfRangeException.ThrowIfLessThan(NeighbourCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxImagePixels, 1);
        ImageReading.CheckGround(ImageGround);
        if (Reference is { } reference && !Enum.IsDefined(reference))
            throw new ArgumentOutOfRangeException(
                nameof(Reference), Reference, "Rows are compared with Text or Shots.");
        if (Templates is not { Count: > 0 })
            throw new ArgumentException("At least one prompt template is needed, such as \"a photo of a {class}\".");
        if (ReferenceInUse == ClassReference.Text && ClipInUse is null)
            throw new ArgumentException(
                "Class names have features only where there is a CLIP model: set Clip to the model of the feature "
                    + "column, or Reference to Shots.");
    }
}
