using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Trainers;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

/// <summary>
/// The image trainers of this library in a comparison. They take the same number of steps in every arm; nothing ends
/// them early.
/// </summary>
public sealed class ImageComparisonTrainer : IComparisonTrainer
{
    /// <summary>The steps that are taken where the options say none.</summary>
    public const int DefaultSteps = 1000;

    private readonly ImageTrainerOptions _options;
    private readonly Func<MLContext, ImageTrainerOptions, ImageTrainer> _create;

    private ImageComparisonTrainer(
        string name, ImageTrainerOptions options, Func<MLContext, ImageTrainerOptions, ImageTrainer> create)
    {
        options = options.Clone();
        options.Steps ??= DefaultSteps;
        (options.LabelColumnName, options.ImageColumnName) = (ComparisonColumns.LabelKey, ComparisonColumns.Image);
        options.Validate();
        (Name, _options, _create) = (name, options, create);
        Settings = TrainerSettings.Of(options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public JsonObject Settings { get; }

    /// <inheritdoc/>
    public int BatchSize => _options.BatchSize;

    /// <summary>The small convolutional network.</summary>
    /// <param name="options">Its options; columns, orientation, ground, augmentation, seed, progress and cancellation
    /// are the comparison's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ImageComparisonTrainer SmallConvNet(SmallConvNetTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ImageComparisonTrainer(
            "smallconvnet", options,
            (ml, own) => ml.MulticlassClassification.Trainers.SmallConvNet((SmallConvNetTrainer.Options)own));
    }

    /// <summary>CLIP, fine-tuned by LoRA.</summary>
    /// <param name="options">Its options; columns, orientation, ground, augmentation, seed, progress and cancellation
    /// are the comparison's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ImageComparisonTrainer ClipLora(ClipLoraTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ImageComparisonTrainer(
            "cliplora", options, (ml, own) =>
            ml.MulticlassClassification.Trainers.ClipLora((ClipLoraTrainer.Options)own));
    }

    /// <inheritdoc/>
    public ITrainedClassifier Train(
        MLContext context, IDataView rows, ImageAugmentation augmentation, long seed,
        CancellationToken cancellationToken)
    {
        var steps = new StepCounter();
        var options = _options.Clone();
        options.Augmentation = augmentation;
        options.Seed = seed;
        options.Progress = steps;
        options.CancellationToken = cancellationToken;
        return new Classifier(_create(context, options).Fit(rows), steps.Done);
    }

    // Counts the steps, so that a trainer that stops early shows in the results.
    private sealed class StepCounter : IProgress<TrainingProgress>
    {
        public int Done { get; private set; }

        public void Report(TrainingProgress value) => Done++;
    }

    private sealed class Classifier(ImageClassificationTransformer transformer, int steps) : ITrainedClassifier
    {
        public int Steps => steps;

        public IReadOnlyList<int> Predict(IDataView rows) =>
            ComparisonColumns.ReadKeys(transformer.Transform(rows), ComparisonColumns.PredictedLabel);

        public void Dispose() => transformer.Dispose();
    }
}
