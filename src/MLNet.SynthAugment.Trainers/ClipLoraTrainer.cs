using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Trainers.ClipModels;

namespace MLNet.SynthAugment.Trainers;

/// <summary>
/// Fine-tunes CLIP as DataDream does (Kim et al. 2024): LoRA on the query and value projections of both towers, texts
/// of the class names as the classifier's weights. Without the dropout of 0.1 that DataDream's code has in its LoRA
/// layers.
/// </summary>
public sealed class ClipLoraTrainer : ImageTrainer
{
    private readonly Options _options;

    internal ClipLoraTrainer(IHostEnvironment environment, Options options)
        : base(environment, "ClipLora", options) => _options = (Options)options.Clone();

    private protected override ImageClassifier CreateClassifier(ClassKeys classes, Action<string> log)
    {
        var source = _options.Model ?? ImageTextModel.Embedded;
        var prompts = ClipPrompts.Create(classes, _options.Templates, _options.ClassNames);
        return new ClipClassifier(
            source.Load(_options.Device, log: log), source, prompts,
            new ClipLoraShape(_options.Rank, _options.Alpha, _options.AdaptTextEncoder), _options.Seed);
    }

    /// <summary>All options of <see cref="ClipLoraTrainer"/>.</summary>
    public sealed class Options : ImageTrainerOptions
    {
        /// <summary>
        /// Options with DataDream's weight decay and, but for the embedded model, its learning rate of 1e-4.
        /// </summary>
        public Options() => (WeightDecay, Epochs) = (1e-4, 60);

        /// <summary>The CLIP model. Null means <see cref="ImageTextModel.Embedded"/>.</summary>
        public ImageTextModel? Model { get; set; }

        /// <summary>
        /// Texts of a class, at least one; <c>{class}</c> stands for its name. Of several the mean direction counts, at
        /// the cost of as many runs of the text tower in each step.
        /// </summary>
        public IReadOnlyList<string> Templates { get; set; } = ClipPrompts.DefaultTemplates;

        /// <summary>
        /// Words for labels that are codes: a map from the label's text to the name used in texts. Labels not in it
        /// name themselves.
        /// </summary>
        public IReadOnlyDictionary<string, string>? ClassNames { get; set; }

        /// <summary>Rank of the changes, at least 1.</summary>
        public int Rank { get; set; } = 16;

        /// <summary>The changes are scaled by this over the rank; above 0.</summary>
        public float Alpha { get; set; } = 32;

        /// <summary>
        /// Whether the text tower is adapted too; if not, the classes' texts are encoded once, which saves time and
        /// memory where there are many classes.
        /// </summary>
        public bool AdaptTextEncoder { get; set; } = true;

        // The embedded model's layers are a twelfth as wide as those of published ones, and hardly move at their rate.
        internal override double OwnLearningRate => Model is null || Model == ImageTextModel.Embedded ? 3e-3 : 1e-4;

        internal override void Validate()
        {
            base.Validate();
            PromptTemplate.Check(Templates, nameof(Templates));
            Require(Rank >= 1, nameof(Rank), Rank, "at least 1");
            Require(Alpha > 0 && float.IsFinite(Alpha), nameof(Alpha), Alpha, "above 0");
        }
    }
}

/// <summary>Adds <c>Trainers.ClipLora</c> to <c>mlContext.MulticlassClassification</c>.</summary>
public static class ClipLoraCatalog
{
    /// <summary>
    /// Fine-tunes CLIP by LoRA, with texts of the class names as the classifier's weights, as DataDream does.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The class of a row, a key.</param>
    /// <param name="imageColumnName">The image of a row: an image, the path of a file as text, or a file's
    /// bytes.</param>
    /// <param name="exampleWeightColumnName">How much a row counts; null for DataDream's weighting of real and
    /// synthetic rows.</param>
    /// <param name="model">The CLIP model; by default <see cref="ImageTextModel.Embedded"/>.</param>
    public static ClipLoraTrainer ClipLora(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string imageColumnName = "Image",
        string? exampleWeightColumnName = null, ImageTextModel? model = null) =>
        catalog.ClipLora(new ClipLoraTrainer.Options
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Model = model,
        });

    /// <inheritdoc cref="ClipLora(MulticlassClassificationCatalog.MulticlassClassificationTrainers,
    /// string, string, string, ImageTextModel)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ClipLoraTrainer ClipLora(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ClipLoraTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ClipLoraTrainer(CatalogEnvironment.Of(catalog), options);
    }
}
