using Microsoft.ML.Runtime;
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

        internal override void Check()
        {
            base.Check();
            PromptTemplate.Check(Templates, nameof(Templates));
            Require(Rank >= 1, nameof(Rank), Rank, "at least 1");
            Require(Alpha > 0 && float.IsFinite(Alpha), nameof(Alpha), Alpha, "above 0");
        }
    }
}
