using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.Trainers;

/// <summary>What the image trainers have in common: columns, loss, augmentation, optimisation.</summary>
public abstract class ImageTrainerOptions
{
    /// <summary>
    /// The name that <see cref="SynthesizeFewShotEstimator"/> gives the column of <see cref="IsSyntheticColumnName"/>.
    /// </summary>
    internal const string IsSynthetic = "IsSynthetic";

    /// <summary>The same for <see cref="SoftLabelColumnName"/>.</summary>
    internal const string SoftLabel = "SoftLabel";

    private protected ImageTrainerOptions()
    {
    }

    /// <summary>
    /// The class of a row, a key (<c>Conversion.MapValueToKey</c>). Rows where it is missing are left out.
    /// </summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// The image of a row: an image, the path of a file as text, or a file's bytes as a variable-size vector.
    /// </summary>
    public string ImageColumnName { get; set; } = "Image";

    /// <summary>
    /// How much a row counts, Single, at least 0; null for the loss of <see cref="RealLossWeight"/>. With weights the
    /// loss is the mean of weight × cross entropy, divided by the mean weight of all rows. Rows of weight 0 are left
    /// out.
    /// </summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// Whether a row is synthetic, Boolean; null for none. <c>IsSynthetic</c>, the default, may be missing in the data:
    /// all rows are real then.
    /// </summary>
    public string? IsSyntheticColumnName { get; set; } = IsSynthetic;

    /// <summary>
    /// How much a row belongs to each class, a vector of Single whose slot names are the classes' labels or, without
    /// slot names, in the order of the keys; null for none. Rows of missing values are their label's class alone.
    /// <c>SoftLabel</c>, the default, may be missing in the data.
    /// </summary>
    public string? SoftLabelColumnName { get; set; } = SoftLabel;

    /// <summary>The folder that relative paths of a path column start from. Null means the current folder.</summary>
    public string? ImageFolder { get; set; }

    /// <summary>
    /// λ of the loss λ·CE(real) + (1−λ)·CE(synthetic), between 0 and 1; DataDream has 0.8. Half of a batch is real rows
    /// and half synthetic ones, each in turn of their own. Not used with example weights.
    /// </summary>
    public double RealLossWeight { get; set; } = 0.8;

    /// <summary>The share of a label that is spread over all classes, 0 to below 1 (Szegedy et al. 2016).</summary>
    public double LabelSmoothing { get; set; }

    /// <summary>What is done to the images in training.</summary>
    public ImageAugmentation Augmentation { get; set; } = ImageAugmentation.Photographs;

    /// <summary>The highest learning rate of AdamW, above 0 and at most 1e30; null for the trainer's own.</summary>
    public double? LearningRate { get; set; }

    /// <summary>AdamW's decoupled weight decay, 0 to 1e6.</summary>
    public double WeightDecay { get; set; }

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; set; } = 1;

    /// <summary>How often each row is used on average, at least 1; ignored with <see cref="Steps"/>.</summary>
    public int Epochs { get; set; }

    /// <summary>
    /// The number of optimiser steps, at least 1, whatever the number of rows; null for as many as <see cref="Epochs"/>
    /// takes.
    /// </summary>
    public int? Steps { get; set; }

    /// <summary>Rows per step, at least 2; never more than there are.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>
    /// The share of the steps in which the learning rate rises from 0, 0 to 1; it falls to 0 along half a cosine after
    /// that.
    /// </summary>
    public double WarmupShare { get; set; } = 0.1;

    /// <summary>Steps between two validations, at least 1; null for an epoch.</summary>
    public int? ValidationInterval { get; set; }

    /// <summary>
    /// Training ends after this many validations in a row without a better accuracy (or the same with a lower loss); 0
    /// never ends it early. The weights of the best validation are kept in any case. Not used without a validation
    /// view.
    /// </summary>
    public int Patience { get; set; } = 10;

    /// <summary>The seed of all randomness. With the same seed, data and options the scores are the same.</summary>
    public long Seed { get; set; }

    /// <summary>
    /// <c>auto</c> (CUDA if it is there), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. The log says what was taken and
    /// why.
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>The largest image, in pixels, that is decoded; larger ones count as unreadable.</summary>
    public long MaxImagePixels { get; set; } = 100_000_000;

    /// <summary>
    /// Whether images of paths and bytes are turned as their EXIF orientation says, in training and in scoring; by
    /// default they are not, as in ML.NET.
    /// </summary>
    public ImageOrientation ImageOrientation { get; set; } = ImageOrientation.AsStored;

    /// <summary>What transparent images are composed on, in training and in scoring; opaque.</summary>
    public Color ImageGround { get; set; } = Color.White;

    /// <summary>
    /// Receives progress after each step, on the thread that calls <c>Fit</c>; the log says the same in sentences.
    /// </summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops <c>Fit</c> with <see cref="OperationCanceledException"/> before the next row or step.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The learning rate where <see cref="LearningRate"/> gives none.</summary>
    internal abstract double OwnLearningRate { get; }

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(ImageColumnName);
        ArgumentException.ThrowIfNullOrEmpty(Device);
        ArgumentNullException.ThrowIfNull(Augmentation);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps ?? 1, 1, nameof(Steps));
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(ValidationInterval ?? 1, 1, nameof(ValidationInterval));
        ArgumentOutOfRangeException.ThrowIfNegative(Patience);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxImagePixels, 1);
        ImageReading.CheckGround(ImageGround);
        Require(RealLossWeight is >= 0 and <= 1, nameof(RealLossWeight), RealLossWeight, "between 0 and 1");
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "at least 0 and below 1");
        Require(LearningRate is null or (> 0 and <= TrainingOptions.HighestLearningRate), nameof(LearningRate),
            LearningRate, $"above 0 and at most {TrainingOptions.HighestLearningRate}");
        Require(WeightDecay is >= 0 and <= TrainingOptions.HighestWeightDecay, nameof(WeightDecay), WeightDecay,
            $"from 0 to {TrainingOptions.HighestWeightDecay}");
        Require(MaxGradientNorm > 0, nameof(MaxGradientNorm), MaxGradientNorm, "above 0");
        Require(WarmupShare is >= 0 and <= 1, nameof(WarmupShare), WarmupShare, "between 0 and 1");
        Augmentation.Validate();
    }

    private protected static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
    }

    internal ImageReading Reading => new() { Orientation = ImageOrientation, Ground = ImageGround };

    internal ImageTrainerOptions Clone()
    {
        var copy = (ImageTrainerOptions)MemberwiseClone();
        copy.ImageFolder = Folders.Absolute(ImageFolder);
        return copy;
    }
}
