using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// DataDream (Kim et al., ECCV 2024): low-rank adapters are trained on the shots with the model's own noise-prediction loss, then images are
/// sampled from prompts that name the class. The defaults are the paper's, for Stable Diffusion 2.1.
/// </summary>
public sealed record DataDream : ISynthesisMethod
{
    internal const string MethodName = "DataDream";

    /// <summary>Values that suit the embedded model, which is small and adapts in minutes on a CPU.</summary>
    public static DataDream ForEmbeddedModel { get; } = new() { LearningRate = 1e-3, Epochs = 60, WarmupSteps = 20, SamplingSteps = 25 };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <summary>One adapter for all classes, or one a class. Both make the same number of steps in all.</summary>
    public LoraScope Scope { get; init; } = LoraScope.Dataset;

    /// <summary>Rank of the adapters, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The adapters' change is scaled by Alpha / Rank; above 0.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>The highest learning rate, above 0; it falls along a cosine.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Passes over the shots of an adapter, at least 1; a pass has ⌈shots / batch size⌉ steps.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Shots in a training step, at least 1.</summary>
    public int TrainingBatchSize { get; init; } = 8;

    /// <summary>Steps in which the learning rate rises from 0.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>AdamW's decoupled weight decay, at least 0.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Whether the text encoder is adapted too.</summary>
    public bool TrainTextEncoder { get; init; } = true;

    /// <summary>
    /// Which square of a shot, resized to the model's size at its short side, a step sees: another random one each time, as in the paper, or the middle.
    /// Shots are never mirrored: a mirrored letter or sign is another class.
    /// </summary>
    public TrainingCrop Crop { get; init; } = TrainingCrop.Random;

    /// <summary>The prompt; <c>{word}</c> stands for <see cref="DatasetWord"/> with a space, <c>{class}</c> for the class's name.</summary>
    public string PromptTemplate { get; init; } = "a {word}photo of a {class}";

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>Denoising steps, at least 1.</summary>
    public int SamplingSteps { get; init; } = 50;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 2;

    /// <summary>The prompt of a class.</summary>
    /// <param name="shotClass">The class.</param>
    public string PromptOf(ShotClass shotClass)
    {
        ArgumentNullException.ThrowIfNull(shotClass);
        var word = DatasetWord.Length == 0 ? "" : DatasetWord + " ";
        return PromptTemplate.Replace("{word}", word, StringComparison.Ordinal).Replace("{class}", shotClass.Name, StringComparison.Ordinal);
    }

    /// <summary>Training steps of an adapter: <see cref="Epochs"/> passes of ⌈shots / <see cref="TrainingBatchSize"/>⌉ steps.</summary>
    /// <param name="shots">The number of shots it is trained on.</param>
    public int StepsFor(int shots) => checked(Epochs * ((shots + TrainingBatchSize - 1) / TrainingBatchSize));

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new DataDreamImageSource(this, context);
    }

    /// <summary>The training of an adapter on a number of shots.</summary>
    internal LoraTrainingOptions TrainingOptions(int shots, long seed, string checkpointFolder) => new()
    {
        Rank = Rank,
        Alpha = Alpha,
        LearningRate = LearningRate,
        WarmupSteps = WarmupSteps,
        Schedule = LearningRateSchedule.Cosine,
        Steps = StepsFor(shots),
        BatchSize = TrainingBatchSize,
        MaxGradientNorm = MaxGradientNorm,
        WeightDecay = WeightDecay,
        TrainTextEncoder = TrainTextEncoder,
        Crop = Crop,
        Seed = seed,
        CheckpointFolder = checkpointFolder,
    };
}
