using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Seeds;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// SeedSelect (Samuel et al., AAAI 2024): the model stays as it is; the noise that an image's sampling starts from is
/// optimised until the image comes near to the shots. The loss is λ · (1 − cos(CLIP feature, mean CLIP feature of the
/// shots)) + mean((latents − mean latents of the shots)²); its gradient goes back through all denoising steps, with the
/// activations of one step in memory. The defaults are those of the released code, for Stable Diffusion 2.1, with the
/// paper's bootstrapping.
/// </summary>
/// <remarks>
/// Bootstrapping: each image has means over its own bootstrap sample of the shots, so that images differ. The first
/// <see cref="Anchors"/> images of a class are optimised in full; each later one starts near an anchor's seed and takes
/// at most <see cref="BootstrapIterations"/> evaluations, or fewer if it gets as good as its anchor before. The seeds
/// are kept in the store's folder <c>state/seeds</c>, one file for each <see cref="SeedsAtOnce"/> images, and can be
/// made into images again by <see cref="Replay"/>.
/// </remarks>
public sealed record SeedSelect : ISynthesisMethod
{
    internal const string MethodName = "SeedSelect";

    /// <summary>
    /// Values that suit the embedded model, which is small and optimises several seeds at once on a CPU.
    /// </summary>
    public static SeedSelect ForEmbeddedModel { get; } = new()
    {
        SamplingSteps = 8,
        GuidanceScale = 2,
        Iterations = 9,
        BootstrapIterations = 3,
        Anchors = 4,
        SeedsAtOnce = 4,
        InversionSteps = 25,
        PathIterations = 300,
    };

    /// <summary>
    /// The released values of norm-aware optimisation (Samuel et al. 2023): few evaluations from the paths' points,
    /// without guidance.
    /// </summary>
    public static SeedSelect NormAware { get; } = new()
    { Start = SeedSelectStart.NormAwarePath, Iterations = 5, LearningRate = 0.05, GuidanceScale = 1, Anchors = 0 };

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public bool UsesClip => SemanticWeight > 0 && SeedsPath is null;

    /// <summary>
    /// Evaluations of a seed (loss and gradient through the whole run), at least 1: of its start and after each update.
    /// As in the released code the update after the last one is not looked at, so the seed is the best of the start and
    /// <c>Iterations</c> − 1 updates.
    /// </summary>
    public int Iterations { get; init; } = 30;

    /// <summary>AdamW's learning rate in the first updates, above 0.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Number of updates after which the learning rate drops.</summary>
    public int LearningRateDropAfter { get; init; } = 3;

    /// <summary>Factor of the learning rate from then on, above 0.</summary>
    public double LearningRateDropFactor { get; init; } = 0.1;

    /// <summary>AdamW's decoupled weight decay, at least 0.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>λ, the weight of the semantic loss, at least 0; 0 needs no CLIP model.</summary>
    public double SemanticWeight { get; init; } = 10;

    /// <summary>The weight of the appearance loss, at least 0.</summary>
    public double AppearanceWeight { get; init; } = 1;

    /// <summary>Weights of the last steps' images in the semantic loss, earliest first.</summary>
    public IReadOnlyList<double> StepWeights { get; init; } = [0.05, 0.25, 0.7];

    /// <summary>Where an image's optimisation starts.</summary>
    public SeedSelectStart Start { get; init; } = SeedSelectStart.Noise;

    /// <summary>
    /// Whether each image has its own bootstrap sample of the shots (as many, drawn with replacement) for the means;
    /// else all have those of all shots.
    /// </summary>
    public bool Bootstrap { get; init; } = true;

    /// <summary>
    /// Images of a class, from the first, that are optimised in full and that the others start from; 0 to optimise all
    /// in full. Only for <see cref="SeedSelectStart.Noise"/>.
    /// </summary>
    public int Anchors { get; init; } = 4;

    /// <summary>
    /// Most evaluations of an image that starts from an anchor, at least 1, its start among them; counted as
    /// <see cref="Iterations"/>.
    /// </summary>
    public int BootstrapIterations { get; init; } = 10;

    /// <summary>
    /// How far from its anchor such an image starts: the share of fresh noise, 0 to 1 (see
    /// <see cref="SeedPerturbation"/>).
    /// </summary>
    public double Perturbation { get; init; } = 0.1;

    /// <summary>Steps of DDIM backwards for <see cref="SeedSelectStart.NormAwarePath"/>, at least 1.</summary>
    public int InversionSteps { get; init; } = 50;

    /// <summary>Points of a path, at least 1; images start anywhere between them.</summary>
    public int PathPoints { get; init; } = 50;

    /// <summary>Most updates of the paths, at least 1; they end when the paths have settled.</summary>
    public int PathIterations { get; init; } = 10_000;

    /// <summary>
    /// The prompt; <c>{class}</c> stands for the class's name, <c>{word}</c> for <see cref="DatasetWord"/> with a
    /// space.
    /// </summary>
    public string PromptTemplate { get; init; } = "a {word}photo of a {class}";

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>Denoising steps, at least as many as there are <see cref="StepWeights"/>.</summary>
    public int SamplingSteps { get; init; } = 20;

    /// <summary>Classifier-free guidance; 1 is none.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>
    /// For models that take images: the scale of guidance by the image; null for one scale for both (see
    /// <see cref="SamplingOptions.ImageGuidanceScale"/>).
    /// </summary>
    public double? ImageGuidanceScale { get; init; }

    /// <summary>
    /// For models that take images: whether each image is conditioned on a shot of its class, drawn for it or for its
    /// anchor.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <summary>
    /// Seeds that are optimised together, each for itself, at least 1: more are faster and need more memory.
    /// </summary>
    public int SeedsAtOnce { get; init; } = 1;

    /// <summary>
    /// A file or folder of seeds to make images from instead; set it by <see cref="WithSeeds"/> or
    /// <see cref="Replay"/>.
    /// </summary>
    public string? SeedsPath { get; init; }

    /// <summary>
    /// SHA-256 of what is at <see cref="SeedsPath"/>, so that other seeds are another store; <see cref="WithSeeds"/>
    /// finds it.
    /// </summary>
    public string? SeedsHash { get; init; }

    /// <summary>
    /// Images from seeds that an earlier run has saved, without optimising: image i of a class comes from its i-th
    /// saved seed. It needs the model that the seeds were found for, and no CLIP model. The files are copied into the
    /// store when they are first used, so that a transformer saved then does without the path.
    /// </summary>
    /// <param name="path">A seeds file, or a folder with such files in it or below it, such as <c>state/seeds</c> of a
    /// store.</param>
    /// <exception cref="FileNotFoundException">There are no seeds.</exception>
    public static SeedSelect Replay(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SeedSelect().WithSeeds(path);
    }

    /// <summary>These settings with seeds that an earlier run has saved; see <see cref="Replay"/>.</summary>
    /// <param name="path">A seeds file, or a folder with such files in it or below it.</param>
    /// <exception cref="FileNotFoundException">There are no seeds.</exception>
    public SeedSelect WithSeeds(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return this with { SeedsPath = Path.GetFullPath(path), SeedsHash = SavedSeeds.Hash(path) };
    }

    /// <summary>The prompt of a class.</summary>
    /// <param name="shotClass">The class.</param>
    public string PromptOf(ShotClass shotClass)
    {
        ArgumentNullException.ThrowIfNull(shotClass);
        return Prompts.PromptTemplate.Fill(PromptTemplate, shotClass.Name, DatasetWord);
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Validate();
        if (SeedsPath is not null)
            return new SeedReplayImageSource(SavedSeeds.Keep(this, context), context);
        Prompts.PromptTemplate.WarnIfShared([PromptTemplate], nameof(PromptTemplate), context);
        return new SeedSelectImageSource(this, context);
    }

    /// <summary>Steps, guidance and size of the sampling.</summary>
    internal SamplingOptions Sampling => new()
    { Steps = SamplingSteps, GuidanceScale = GuidanceScale, ImageGuidanceScale = ImageGuidanceScale };

    /// <summary>How a seed is optimised.</summary>
    /// <param name="fromAnchor">Whether it starts from an anchor.</param>
    internal SeedOptimizationOptions Optimization(bool fromAnchor) => new()
    {
        Iterations = fromAnchor ? BootstrapIterations : Iterations,
        LearningRate = LearningRate,
        DropAfter = LearningRateDropAfter,
        DropFactor = LearningRateDropFactor,
        WeightDecay = WeightDecay,
        SemanticWeight = SemanticWeight,
        StepWeights = StepWeights,
    };

    private void Validate()
    {
        // The hash is part of the store's key: without it, images of other seeds at the same path would be taken for
        // those of these.
        if (SeedsPath is not null && SeedsHash is null)
            throw new ArgumentException(
                $"{nameof(SeedsPath)} is set without {nameof(SeedsHash)}: set both by "
                    + $"{nameof(SeedSelect)}.{nameof(Replay)}(path) or {nameof(WithSeeds)}(path).");
        Prompts.PromptTemplate.Check([PromptTemplate], nameof(PromptTemplate));
        Optimization(fromAnchor: false).Validate();
        Optimization(fromAnchor: true).Validate();
        Sampling.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(SemanticWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(AppearanceWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(Anchors);
        ArgumentOutOfRangeException.ThrowIfLessThan(SeedsAtOnce, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(InversionSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PathPoints, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PathIterations, 1);
        if (Perturbation is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Perturbation), Perturbation, "It must be 0 to 1.");
        if (SemanticWeight == 0 && AppearanceWeight == 0)
            throw new ArgumentException(
                "SemanticWeight and AppearanceWeight are both 0, which leaves no loss to optimise a seed for.");
        if (SemanticWeight > 0 && (StepWeights.Count == 0 || StepWeights.Count > SamplingSteps))
            throw new ArgumentException(
                $"There are {StepWeights.Count} StepWeights for {SamplingSteps} SamplingSteps; 1 to {SamplingSteps} "
                    + "are possible.");
    }
}
