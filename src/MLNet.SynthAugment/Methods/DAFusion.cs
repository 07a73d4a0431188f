using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Translation;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// DA-Fusion (Trabucco et al., ICLR 2024): textual inversion finds words for a class in the text encoder's own space,
/// so that the model need not know the class's name; then shots are noised and denoised again under these words. The
/// model's weights stay as they are. The defaults are the released code's.
/// </summary>
public sealed record DAFusion : ISynthesisMethod
{
    internal const string MethodName = "DAFusion";

    // A text holds 75 tokens; names are short or mean nothing to the model.
    private const int MostVectorsByName = 8;

    /// <summary>
    /// The strengths of the paper's stack of four augmentations; give them to <see cref="Strengths"/>, of which each
    /// image draws one.
    /// </summary>
    public static IReadOnlyList<double> StackedStrengths { get; } = [1, 0.75, 0.5, 0.25];

    /// <summary>Values that suit the embedded model, whose tokens are learnt within a minute on a CPU.</summary>
    public static DAFusion ForEmbeddedModel { get; } = new()
    { TrainingSteps = 60, GuidanceScale = 2, SamplingSteps = 25 };

    /// <inheritdoc/>
    public string Name => MethodName;

    bool ISynthesisMethod.UsesMasks => Masks != MaskMode.None;

    /// <summary>
    /// How many vectors a class's token stands for, at least 1; null for as many as the class's name has tokens, at
    /// most 8, as in the released code.
    /// </summary>
    public int? Vectors { get; init; }

    /// <summary>The words that training starts from; <c>{class}</c> stands for the class's name.</summary>
    public string InitializerText { get; init; } = "{class}";

    /// <summary>Whether the token's vectors keep the length they start with.</summary>
    public bool KeepNorm { get; init; }

    /// <summary>Training steps of a class's token, at least 1.</summary>
    public int TrainingSteps { get; init; } = 1000;

    /// <summary>Shots in a training step, at least 1.</summary>
    public int TrainingBatchSize { get; init; } = 4;

    /// <summary>
    /// The constant learning rate, above 0: 5e-4 for each image of a batch in the paper's setting, so four times that.
    /// </summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>
    /// The prompts of training, of which each shot draws one a step; <c>{token}</c> stands for the class's token.
    /// </summary>
    public IReadOnlyList<string> TrainingTemplates { get; init; } = new TextualInversionOptions().Templates;

    /// <summary>
    /// The prompt of the images; <c>{token}</c> stands for the class's token, <c>{class}</c> for its name.
    /// </summary>
    public string PromptTemplate { get; init; } = "a photo of a {token}";

    /// <summary>How far a shot goes back to noise, above 0 (hardly changed) to 1; each image draws one.</summary>
    public IReadOnlyList<double> Strengths { get; init; } = [0.5];

    /// <summary>Denoising steps at full strength, at least 1; of n steps the last ⌊n · strength⌋ are done.</summary>
    public int SamplingSteps { get; init; } = 50;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>The sampler; null for the model's own.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>How a shot of another aspect ratio comes to the model's square images.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    /// <summary>What images keep of their shots, which need masks then; others of a class are not used.</summary>
    public MaskMode Masks { get; init; }

    /// <summary>
    /// By how many pixels of the model's images an object's mask grows to all sides, at least 0 (the paper's 16 at 512
    /// pixels).
    /// </summary>
    public int MaskGrowth { get; init; }

    /// <summary>
    /// Whether a model that takes images beside the text is shown the shot that an image starts from; others do not
    /// mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Strengths is not { Count: > 0 })
            throw new ArgumentException($"{nameof(Strengths)} is empty; give at least one strength, such as 0.5.");
        Prompts.PromptTemplate.Check(
            [PromptTemplate], nameof(PromptTemplate), Prompts.PromptTemplate.Token, Prompts.PromptTemplate.Class);
        Prompts.PromptTemplate.Check(TrainingTemplates, nameof(TrainingTemplates), Prompts.PromptTemplate.Token);
        // Empty text is none to check: training starts from a word of its own then.
        if (!string.IsNullOrWhiteSpace(InitializerText))
            Prompts.PromptTemplate.Check([InitializerText], nameof(InitializerText), Prompts.PromptTemplate.Class);
        if (!PromptTemplate.Contains(TextualInversionOptions.Placeholder, StringComparison.Ordinal))
            throw new ArgumentException(
                $"The {nameof(PromptTemplate)} \"{PromptTemplate}\" lacks {TextualInversionOptions.Placeholder}, for "
                    + "which the class's learnt token stands.");
        ArgumentOutOfRangeException.ThrowIfNegative(MaskGrowth);
        return new DAFusionImageSource(this, context);
    }

    /// <summary>The prompt of a class's images.</summary>
    internal string PromptOf(ShotClass shotClass, string token) =>
        Prompts.PromptTemplate.Fill(PromptTemplate, shotClass.Name)
        .Replace(TextualInversionOptions.Placeholder, token, StringComparison.Ordinal);

    /// <summary>The training of a class's token.</summary>
    /// <param name="shotClass">The class.</param>
    /// <param name="token">Its token.</param>
    /// <param name="countTokens">Counts the tokens of a text.</param>
    internal TextualInversionOptions TrainingOptions(ShotClass shotClass, string token, Func<string, int> countTokens)
    {
        var text = Prompts.PromptTemplate.Fill(InitializerText, shotClass.Name);
        // A name without a token, of white space alone, tells nothing to start from.
        var count = countTokens(text);
        var start = new TextualInversionOptions();
        return start with
        {
            Token = token,
            InitializerText = count > 0 ? text : start.InitializerText,
            Vectors = Vectors ?? Math.Clamp(count, 1, MostVectorsByName),
            KeepNorm = KeepNorm,
            Steps = TrainingSteps,
            BatchSize = TrainingBatchSize,
            LearningRate = LearningRate,
            Templates = TrainingTemplates,
        };
    }

    internal TranslationOptions ToTranslationOptions() => new()
    {
        Steps = SamplingSteps,
        GuidanceScale = GuidanceScale,
        Sampler = Sampler,
        Fit = Fit,
        Masks = Masks,
        MaskGrowth = MaskGrowth,
        ConditionOnShots = ConditionOnShots,
    };
}
