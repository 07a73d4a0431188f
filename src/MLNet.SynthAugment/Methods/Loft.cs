using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// LoFT, LoRA-fused training-data generation (Kim et al. 2025): a low-rank adapter is trained on each single shot, and
/// each image is sampled with the adapters of two shots of its class, each at part of its strength. So images are near
/// the real ones, and still differ. The defaults are the released code's, for Stable Diffusion 2.1-base.
/// </summary>
public sealed record Loft : ISynthesisMethod
{
    internal const string MethodName = "Loft";

    /// <summary>Values that suit the embedded model, whose adapters learn a shot within seconds on a CPU.</summary>
    public static Loft ForEmbeddedModel { get; } = new() { Epochs = 100, SamplingSteps = 25 };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <summary>Rank of the adapters, at least 1.</summary>
    public int Rank { get; init; } = 2;

    /// <summary>The adapters' change is scaled by Alpha / Rank; above 0.</summary>
    public float Alpha { get; init; } = 2;

    /// <summary>The highest learning rate, above 0; it falls along a cosine.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Training steps of an adapter, at least 1: an epoch over its one shot is one step.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>Steps in which the learning rate rises from 0.</summary>
    public int WarmupSteps { get; init; } = 10;

    /// <summary>Gradients are scaled down to this joint norm, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>AdamW's decoupled weight decay, at least 0.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>
    /// The strength of the first of an image's two adapters, 0 to 1; the second has the rest. A class with a single
    /// shot has its one adapter at full strength.
    /// </summary>
    public double FirstStrength { get; init; } = 0.5;

    /// <summary>
    /// The prompt of training and sampling; <c>{class}</c> stands for the class's name, <c>{word}</c> for
    /// <see cref="DatasetWord"/> with a space.
    /// </summary>
    public string PromptTemplate { get; init; } = "a {word}photo of a {class}";

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>Denoising steps, at least 1.</summary>
    public int SamplingSteps { get; init; } = 50;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 2;

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>
    /// Whether a model that takes images beside the text is shown one of the two shots, drawn for each image; others do
    /// not mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Prompts.PromptTemplate.Check([PromptTemplate], nameof(PromptTemplate));
        Prompts.PromptTemplate.WarnIfShared([PromptTemplate], nameof(PromptTemplate), context);
        if (FirstStrength is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(FirstStrength), FirstStrength, "It must be 0 to 1; the second adapter has the rest.");
        TrainingOptions(context.Seed).Validate();
        return new LoftImageSource(this, context);
    }

    /// <summary>The prompt of a class.</summary>
    internal string PromptOf(ShotClass shotClass) =>
        Prompts.PromptTemplate.Fill(PromptTemplate, shotClass.Name, DatasetWord);

    /// <summary>The training of each adapter.</summary>
    internal LoraTrainingOptions TrainingOptions(long seed) => new()
    {
        Rank = Rank,
        Alpha = Alpha,
        LearningRate = LearningRate,
        WarmupSteps = WarmupSteps,
        Steps = Epochs,
        BatchSize = 1,
        MaxGradientNorm = MaxGradientNorm,
        WeightDecay = WeightDecay,
        UNetTargets = LoraTargets.UNet,
        TrainTextEncoder = false,
        Crop = TrainingCrop.Center,
        Seed = seed,
    };
}
