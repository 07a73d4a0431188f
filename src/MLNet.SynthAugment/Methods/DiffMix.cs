using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Methods.Adapters;
using MLNet.SynthAugment.Methods.Prompts;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Diff-Mix (Wang et al., CVPR 2024): a shot of one class is noised and denoised as another class, so that it keeps the
/// first one's background and pose. The image counts for both: its soft label is (1 − s^γ) for the shot's class and s^γ
/// for the class it was made for, at strength s. The images of a class lean on the shots of all others, of which there
/// must be at least one.
/// </summary>
public sealed record DiffMix : ISynthesisMethod
{
    internal const string MethodName = "DiffMix";

    /// <summary>
    /// Values that suit the embedded model, which is small, adapts quickly and takes much noise to change a drawing's
    /// strokes.
    /// </summary>
    public static DiffMix ForEmbeddedModel { get; } = new()
    { LearningRate = 1e-3, Epochs = 20, Strengths = [0.7, 0.9], GuidanceScale = 3 };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <summary>
    /// Whether a LoRA adapter is first trained on the shots of all classes, with the model's own noise-prediction loss
    /// and the same prompts. The paper also learns a token for each class.
    /// </summary>
    public bool FineTune { get; init; } = true;

    /// <summary>Rank of the adapter, at least 1; its change is not scaled (α = rank).</summary>
    public int Rank { get; init; } = 10;

    /// <summary>The learning rate, above 0; constant.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>
    /// Passes over all shots, at least 1. The paper's 35,000 steps of 8 images are 47 over the 5,994 images of CUB.
    /// </summary>
    public int Epochs { get; init; } = 47;

    /// <summary>Shots in a training step, at least 1.</summary>
    public int TrainingBatchSize { get; init; } = 8;

    /// <summary>Whether the text encoder is adapted too.</summary>
    public bool TrainTextEncoder { get; init; }

    /// <summary>
    /// How far a shot goes back to noise, above 0 to 1; each image draws one. The paper uses 0.5 to 0.9: below, the
    /// other class hardly shows.
    /// </summary>
    public IReadOnlyList<double> Strengths { get; init; } = [0.5, 0.7, 0.9];

    /// <summary>
    /// γ of the soft label, above 0; below 1 the class an image was made for gets more than its share of the strength.
    /// </summary>
    public double Gamma { get; init; } = 0.8;

    /// <summary>
    /// The prompts, at least one; <c>{class}</c> stands for the name of the class an image is made for, <c>{word}</c>
    /// for <see cref="DatasetWord"/> with a space. Each image draws one.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>What the images should not show; used by guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Denoising steps at full strength, at least 1; of n steps the last ⌊n · strength⌋ are done.</summary>
    public int SamplingSteps { get; init; } = 25;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>
    /// For models that take images: the scale of guidance by the shot alone, <see cref="GuidanceScale"/> being the
    /// text's. Null guides by both together.
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; } = Diffusion.Schedulers.Sampler.DpmSolverPlusPlus2M;

    /// <summary>How a shot of another aspect ratio comes to the model's square images.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    /// <summary>
    /// Whether a model that takes images beside the text is shown a shot of the class the image is made for, drawn for
    /// each image; others do not mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <summary>The weights of an image's two classes.</summary>
    /// <param name="source">The label of the shot it was made from.</param>
    /// <param name="target">The label of the class it was made for, another one.</param>
    /// <param name="strength">The strength it was made with, 0 to 1.</param>
    /// <returns>Two weights by label, whose sum is 1.</returns>
    public IReadOnlyDictionary<string, float> SoftLabelOf(string source, string target, double strength)
    {
        var share = (float)Math.Pow(strength, Gamma);
        return new Dictionary<string, float> { [source] = 1 - share, [target] = share };
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PromptTemplate.Check(Templates, nameof(Templates));
        PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        if (Strengths is not { Count: > 0 })
            throw new ArgumentException($"{nameof(Strengths)} is empty; give at least one strength, such as 0.7.");
        if (!(Gamma > 0 && double.IsFinite(Gamma)))
            throw new ArgumentOutOfRangeException(nameof(Gamma), Gamma, "It must be above 0.");
        if (context.Classes.Count < 2)
            throw new InvalidOperationException(
                $"Diff-Mix mixes classes, but the data have only one, '{context.Classes[0].Label}': use another "
                    + $"method, such as {nameof(Disef)}.");
        return new DiffMixImageSource(this, context);
    }

    /// <summary>The training of the adapter on a number of shots.</summary>
    internal LoraTrainingOptions ToTrainingOptions(int shots, long seed) => new()
    {
        Rank = Rank,
        Alpha = Rank,
        LearningRate = LearningRate,
        WarmupSteps = 0,
        Schedule = LearningRateSchedule.Constant,
        Steps = TrainingSteps.Of(Epochs, shots, TrainingBatchSize),
        BatchSize = TrainingBatchSize,
        TrainTextEncoder = TrainTextEncoder,
        Seed = seed,
    };

    internal TranslationOptions ToTranslationOptions() => new()
    {
        Steps = SamplingSteps,
        GuidanceScale = GuidanceScale,
        NegativePrompt = NegativePrompt,
        Sampler = Sampler,
        Fit = Fit,
        ConditionOnShots = ConditionOnShots,
        ImageGuidanceScale = ImageGuidanceScale,
    };
}
