using System.Text.Json.Serialization;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Adapters;
using MLNet.SynthAugment.Methods.Prompts;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// DataDream (Kim et al., ECCV 2024): low-rank adapters are trained on the shots with the model's own noise-prediction
/// loss, then images are sampled from prompts that name the class. The defaults are the paper's, for Stable Diffusion
/// 2.1.
/// </summary>
public sealed record DataDream : ISynthesisMethod
{
    internal const string MethodName = "DataDream";

    /// <summary>Values that suit the embedded model, which is small and adapts in minutes on a CPU.</summary>
    public static DataDream ForEmbeddedModel { get; } = new()
    {
        LearningRate = 1e-3,
        Epochs = 60,
        WarmupSteps = 20,
        SamplingSteps = 8,
        GuidanceScale = 1,
        Sampler = Diffusion.Schedulers.Sampler.DpmSolverPlusPlus2M,
    };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <summary>
    /// One adapter for all classes, or one a class. Both pass over every shot equally often (see
    /// <see cref="StepsFor"/>).
    /// </summary>
    public LoraScope Scope { get; init; } = LoraScope.Dataset;

    /// <summary>Rank of the adapters, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The adapters' change is scaled by Alpha / Rank; above 0.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>The highest learning rate, above 0; it falls along a cosine.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>
    /// The text encoders' highest learning rate, above 0; null for <see cref="LearningRate"/>, as in the paper.
    /// </summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Passes over the shots of an adapter, at least 1.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Shots that are computed at once, at least 1.</summary>
    public int TrainingBatchSize { get; init; } = 8;

    /// <summary>
    /// Batches that make up one step, at least 1: the step of a batch so many times as large, at the memory of one.
    /// </summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Whether activations are computed twice instead of kept: far less memory, a third more time, the same gradients.
    /// </summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>Steps in which the learning rate rises from 0.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>AdamW's decoupled weight decay, at least 0.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>
    /// Bound γ of min-SNR weighting of the loss (Hang et al. 2023; 5 is usual), above 0; null for none, as in the
    /// paper.
    /// </summary>
    public double? MinSnrGamma { get; init; }

    /// <summary>
    /// Standard deviation of an offset of the noise, for very dark and very bright images (0.1 is usual); 0 for none,
    /// as in the paper.
    /// </summary>
    public double NoiseOffset { get; init; }

    /// <summary>Chance that a shot is trained with an empty prompt, 0 (as in the paper) to 1.</summary>
    public double CaptionDropout { get; init; }

    /// <summary>Whether the text encoder is adapted too.</summary>
    public bool TrainTextEncoder { get; init; } = true;

    /// <summary>
    /// Which square of a shot, resized to the model's size at its short side, a step sees: another random one each
    /// time, as in the paper, or the middle. Shots are never mirrored: a mirrored letter or sign is another class.
    /// </summary>
    public TrainingCrop Crop { get; init; } = TrainingCrop.Random;

    /// <summary>
    /// The prompts, at least one; <c>{word}</c> stands for <see cref="DatasetWord"/> with a space, <c>{class}</c> for
    /// the class's name. Each training step of a shot and each image draws one. The paper uses one;
    /// <see cref="DataDreamTemplates.Photo"/> has more.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>Denoising steps, at least 1.</summary>
    public int SamplingSteps { get; init; } = 50;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 2;

    /// <summary>The sampler; null for the model's own, as in the paper.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>
    /// For models that take images: the scale of guidance by the shot alone, <see cref="GuidanceScale"/> being the
    /// text's. Null guides by both together (see <see cref="SamplingOptions.ImageGuidanceScale"/>).
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>
    /// For models that take images beside the text: whether each image is shown a shot of its class, and the adapter is
    /// trained so, each shot under another one of its class. It changes nothing for other models.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <summary>
    /// With <see cref="ConditionOnShots"/>: the chance, 0 to 1, that a training step leaves out the other shot's
    /// embedding, and the same for its latents.
    /// </summary>
    public double ImageDropout { get; init; } = 0.1;

    /// <summary>
    /// Training steps between two sets of sample images in the store's folder <c>state/validation</c>, at least 1; null
    /// for none. They change nothing in the outcome.
    /// </summary>
    [JsonIgnore]
    public int? ValidateEvery { get; init; }

    /// <summary>The prompts of a class.</summary>
    /// <param name="shotClass">The class.</param>
    public IReadOnlyList<string> PromptsOf(ShotClass shotClass)
    {
        ArgumentNullException.ThrowIfNull(shotClass);
        return PromptTemplate.FillAll(Templates, shotClass.Name, DatasetWord);
    }

    /// <summary>
    /// Training steps of an adapter: <see cref="Epochs"/> passes of ⌈shots / (<see cref="TrainingBatchSize"/> ·
    /// <see cref="GradientAccumulation"/>)⌉ steps. So 16 shots make 400 steps, and ten classes of them 4,000 in either
    /// scope, as in the paper.
    /// </summary>
    /// <param name="shots">The number of shots it is trained on.</param>
    /// <exception cref="ArgumentException"><see cref="Epochs"/>, <see cref="TrainingBatchSize"/> or
    /// <see cref="GradientAccumulation"/> is below 1, or there are too many steps.</exception>
    public int StepsFor(int shots) => TrainingSteps.Of(Epochs, shots, TrainingBatchSize, GradientAccumulation);

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PromptTemplate.Check(Templates, nameof(Templates));
        PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        return new DataDreamImageSource(this, context);
    }

    /// <summary>The training of an adapter on a number of shots.</summary>
    /// <param name="shots">The number of shots.</param>
    /// <param name="seed">The seed.</param>
    internal LoraTrainingOptions TrainingOptions(int shots, long seed) => new()
    {
        Rank = Rank,
        Alpha = Alpha,
        LearningRate = LearningRate,
        TextEncoderLearningRate = TextEncoderLearningRate,
        WarmupSteps = WarmupSteps,
        Schedule = LearningRateSchedule.Cosine,
        Steps = StepsFor(shots),
        BatchSize = TrainingBatchSize,
        GradientAccumulation = GradientAccumulation,
        RecomputeActivations = RecomputeActivations,
        MaxGradientNorm = MaxGradientNorm,
        WeightDecay = WeightDecay,
        MinSnrGamma = MinSnrGamma,
        NoiseOffset = NoiseOffset,
        CaptionDropout = CaptionDropout,
        ImageEmbeddingDropout = ImageDropout,
        ImageLatentDropout = ImageDropout,
        TrainTextEncoder = TrainTextEncoder,
        Crop = Crop,
        Seed = seed,
    };
}
