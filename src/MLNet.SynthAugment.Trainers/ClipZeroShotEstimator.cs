using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Logging;
using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.ClipModels;
using MLNet.SynthAugment.Trainers.Scoring;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment.Trainers;

/// <summary>Makes a classifier of CLIP and the names of classes alone; <see cref="Fit"/> trains nothing.</summary>
public sealed class ClipZeroShotEstimator : IEstimator<ImageClassificationTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal ClipZeroShotEstimator(IHostEnvironment environment, Options options)
    {
        options.Validate();
        _host = environment.Register("ClipZeroShot");
        _options = options.Clone();
    }

    /// <summary>Loads the model and encodes the classes' texts.</summary>
    /// <param name="input">A view with the image column and, unless the classes are given, the label column; its rows
    /// are not read.</param>
    /// <exception cref="ArgumentException">A column is missing or of an unsupported type, or the label column has no
    /// key values.</exception>
    public ImageClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _host.Start("Fit");
        InputColumns.FindImages(input.Schema, _options.ImageColumnName);
        var classes = _options.Labels is { } labels ? ClassKeys.OfTexts([.. labels]) : FindClasses(input.Schema);
        var source = _options.Model ?? ImageTextModel.Embedded;
        var prompts = ClipPrompts.Create(classes, _options.Templates, _options.ClassNames);
        var classifier = new ClipClassifier(
            source.Load(_options.Device, log: new SynthesisLog(channel).Info), source, prompts, lora: null);
        return new ImageClassificationTransformer(new RowScorer(
            classifier, classes, _options.ImageColumnName, _options.ImageFolder ?? "", _options.MaxImagePixels,
            _options.Reading));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShapes.CheckImages(inputSchema, _options.ImageColumnName, "Image");
        var valueType = _options.Labels is null
            ? SchemaShapes.KeyValueTypeOf(SchemaShapes.Find(inputSchema, _options.LabelColumnName, "label"))
                : TextDataViewType.Instance;
        return SchemaShapes.Append(
            inputSchema, SchemaShapes.Vector(ScoreColumns.Score, NumberDataViewType.Single),
            SchemaShapes.Key(ScoreColumns.PredictedLabel, valueType));
    }

    private ClassKeys FindClasses(DataViewSchema schema)
    {
        var classes = ClassKeys.Of(InputColumns.FindByRole(schema, _options.LabelColumnName, "label"));
        return classes.ValueType is not null
            ? classes
            : throw new ArgumentException(
                $"Label column '{_options.LabelColumnName}' has no key values that could name the classes. Give the "
                    + "classes as Labels, or map the label with Conversion.MapValueToKey.");
    }

    /// <summary>All options of <see cref="ClipZeroShotEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>
        /// The image of a row: an image, the path of a file as text, or a file's bytes as a variable-size vector.
        /// </summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>
        /// The classes, at least two, in the order of the scores. Null takes the key values of
        /// <see cref="LabelColumnName"/>, so that predictions can be evaluated against it.
        /// </summary>
        public IReadOnlyList<string>? Labels { get; set; }

        /// <summary>A key column with key values; read only where <see cref="Labels"/> is null.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The CLIP model. Null means <see cref="ImageTextModel.Embedded"/>.</summary>
        public ImageTextModel? Model { get; set; }

        /// <summary>
        /// Texts of a class, at least one; <c>{class}</c> stands for its name. Of several the mean direction counts
        /// (prompt ensembling).
        /// </summary>
        public IReadOnlyList<string> Templates { get; set; } = ClipPrompts.DefaultTemplates;

        /// <summary>
        /// Words for labels that are codes: a map from the label's text to the name used in texts. Labels not in it
        /// name themselves.
        /// </summary>
        public IReadOnlyDictionary<string, string>? ClassNames { get; set; }

        /// <summary>
        /// The folder that relative paths of a path column start from. Null means the current folder.
        /// </summary>
        public string? ImageFolder { get; set; }

        /// <summary>
        /// <c>auto</c> (CUDA if it is there), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. The log says what was taken and
        /// why.
        /// </summary>
        public string Device { get; set; } = "auto";

        /// <summary>The largest image, in pixels, that is decoded; larger ones are an error.</summary>
        public long MaxImagePixels { get; set; } = 100_000_000;

        /// <summary>
        /// Whether images of paths and bytes are turned as their EXIF orientation says; by default they are not, as
        /// in ML.NET.
        /// </summary>
        public ImageOrientation ImageOrientation { get; set; } = ImageOrientation.AsStored;

        /// <summary>What transparent images are composed on; opaque.</summary>
        public Color ImageGround { get; set; } = Color.White;

        internal ImageReading Reading => new() { Orientation = ImageOrientation, Ground = ImageGround };

        internal void Validate()
        {
            ArgumentException.ThrowIfNullOrEmpty(ImageColumnName);
            ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
            ArgumentException.ThrowIfNullOrEmpty(Device);
            ArgumentOutOfRangeException.ThrowIfLessThan(MaxImagePixels, 1);
            ImageReading.CheckGround(ImageGround);
            PromptTemplate.Check(Templates, nameof(Templates));
            if (Labels is { Count: < 2 } || Labels?.Distinct().Count() != Labels?.Count)
                throw new ArgumentException(
                    $"{nameof(Labels)} must be at least two different classes, not: {string.Join(", ", Labels!)}.");
        }

        internal Options Clone()
        {
            var copy = (Options)MemberwiseClone();
            copy.ImageFolder = Folders.Absolute(ImageFolder);
            return copy;
        }
    }
}

/// <summary>Adds <c>ClipZeroShot</c> to <c>mlContext.MulticlassClassification</c>.</summary>
public static class ClipZeroShotCatalog
{
    /// <summary>
    /// Scores images by CLIP's cosine with texts of the class names (Radford et al. 2021, section 3.1): nothing is
    /// trained.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="imageColumnName">The image of a row: an image, the path of a file as text, or a file's
    /// bytes.</param>
    /// <param name="labels">The classes, at least two; null takes the key values of the label column.</param>
    /// <param name="labelColumnName">A key column with key values, read only where <paramref name="labels"/> is
    /// null.</param>
    /// <param name="model">The CLIP model; by default <see cref="ImageTextModel.Embedded"/>.</param>
    public static ClipZeroShotEstimator ClipZeroShot(
        this MulticlassClassificationCatalog catalog, string imageColumnName = "Image",
        IReadOnlyList<string>? labels = null,
        string labelColumnName = "Label", ImageTextModel? model = null) =>
        catalog.ClipZeroShot(new ClipZeroShotEstimator.Options
        {
            ImageColumnName = imageColumnName,
            Labels = labels,
            LabelColumnName = labelColumnName,
            Model = model,
        });

    /// <inheritdoc cref="ClipZeroShot(MulticlassClassificationCatalog,
    /// string, IReadOnlyList{string}, string, ImageTextModel)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ClipZeroShotEstimator ClipZeroShot(
        this MulticlassClassificationCatalog catalog, ClipZeroShotEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ClipZeroShotEstimator(CatalogEnvironment.Of(catalog), options);
    }
}
