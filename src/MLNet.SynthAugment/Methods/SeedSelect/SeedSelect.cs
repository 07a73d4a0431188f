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
    /// <summary>
    /// Values that suit the embedded model, which is small and optimises several seeds at once on a CPU.
    /// </summary>
    public static SeedSelect ForEmbeddedModel { get; } = new()
    {
        Sampling = new() { Steps = 8, GuidanceScale = 2 },
        Optimization = new() { Iterations = 9 },
        BootstrapIterations = 3,
        Anchors = 4,
        SeedsAtOnce = 4,
        InversionSteps = 25,
        Paths = new() { Iterations = 300 },
    };

    /// <summary>
    /// The released values of norm-aware optimisation (Samuel et al. 2023): few evaluations from the paths' points,
    /// without guidance.
    /// </summary>
    public static SeedSelect NormAware { get; } = new()
    {
        Start = SeedSelectStart.NormAwarePath,
        Optimization = new() { Iterations = 5, LearningRate = 0.05 },
        Sampling = new() { GuidanceScale = 1 },
        Anchors = 0,
    };

    /// <inheritdoc/>
    public string Name => nameof(SeedSelect);

    /// <inheritdoc/>
    public bool UsesClip => Optimization.SemanticWeight > 0 && SeedsPath is null;

    /// <summary>
    /// How a seed is optimised. Its <see cref="SeedOptimizationOptions.SemanticWeight"/> is λ; at 0 no CLIP model is
    /// needed.
    /// </summary>
    public SeedOptimizationOptions Optimization { get; init; } = new();

    /// <summary>The weight of the appearance loss, at least 0.</summary>
    public double AppearanceWeight { get; init; } = 1;

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
    /// <see cref="SeedOptimizationOptions.Iterations"/>.
    /// </summary>
    public int BootstrapIterations { get; init; } = 10;

    /// <summary>
    /// How far from its anchor such an image starts: the share of fresh noise, 0 to 1 (see
    /// <see cref="SeedPerturbation"/>).
    /// </summary>
    public double Perturbation { get; init; } = 0.1;

    /// <summary>Steps of DDIM backwards for <see cref="SeedSelectStart.NormAwarePath"/>, at least 1.</summary>
    public int InversionSteps { get; init; } = 50;

    /// <summary>How the paths of <see cref="SeedSelectStart.NormAwarePath"/> are found.</summary>
    public NormAwareOptions Paths { get; init; } = new();

    /// <summary>
    /// The prompt; <c>{class}</c> stands for the class's name, <c>{word}</c> for <see cref="DatasetWord"/> with a
    /// space.
    /// </summary>
    public string PromptTemplate { get; init; } = "a {word}photo of a {class}";

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>
    /// How the images are sampled: by DDIM, whose steps gradients go back through, and in at least as many steps as
    /// there are <see cref="SeedOptimizationOptions.StepWeights"/>.
    /// </summary>
    public DefaultSampling Sampling { get; init; } = new();

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
    public void Validate()
    {
        // The hash is part of the store's key: without it, images of other seeds at the same path would be taken for
        // those of these.
        if (SeedsPath is not null && SeedsHash is null)
            throw new ArgumentException(
                $"{nameof(SeedsPath)} is set without {nameof(SeedsHash)}: set both by "
                    + $"{nameof(SeedSelect)}.{nameof(Replay)}(path) or {nameof(WithSeeds)}(path).");
        Prompts.PromptTemplate.Check([PromptTemplate], nameof(PromptTemplate));
        SettingChecks.Within(nameof(Optimization), Optimization.Validate);
        SettingChecks.Within(nameof(Paths), Paths.Validate);
        Sampling.Validate();
        if (Sampling.Sampler is { } sampler && sampler != Sampler.Ddim)
            throw new ArgumentException(
                $"SeedSelect samples by DDIM, and not by {sampler.Name}: leave Sampling.Sampler out.");
        SettingChecks.RequireAtLeastOne(nameof(BootstrapIterations), BootstrapIterations);
        SettingChecks.RequireAtLeastOne(nameof(SeedsAtOnce), SeedsAtOnce);
        SettingChecks.RequireAtLeastOne(nameof(InversionSteps), InversionSteps);
        SettingChecks.RequireNotNegative("Optimization.SemanticWeight", Optimization.SemanticWeight);
        SettingChecks.RequireNotNegative(nameof(AppearanceWeight), AppearanceWeight);
        SettingChecks.RequireNotNegative(nameof(Anchors), Anchors);
        SettingChecks.RequireNotNegative(nameof(Perturbation), Perturbation, 1);
        if (Optimization.SemanticWeight == 0 && AppearanceWeight == 0)
            throw new ArgumentException("Optimization.SemanticWeight and AppearanceWeight are both 0, which leaves no "
                + "loss to optimise a seed for.");
        var (weights, steps) = (Optimization.StepWeights.Count, Sampling.Steps);
        if (Optimization.SemanticWeight > 0 && (weights == 0 || weights > steps))
            throw new ArgumentException(
                $"There are {weights} Optimization.StepWeights for {steps} Sampling.Steps; 1 to {steps} are possible.");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The norm-aware paths of classes, and the seeds of anchors. Other seeds are optimised when their images are made.
    /// </remarks>
    public IReadOnlyList<LearningTask> Learns(IReadOnlyList<ShotClass> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (SeedsPath is not null)
            return [];
        return Start == SeedSelectStart.NormAwarePath
            ? [.. classes.Where(ShotPaths.HasPaths)
                .Select(shotClass => new LearningTask(ShotPaths.FileOf(shotClass), shotClass))]
            : [.. classes.SelectMany(shotClass => SeedGroup.OfAnchors(this).Select(
                group => new LearningTask(group.FileName(shotClass), shotClass) { FirstImage = group.First }))];
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (SeedsPath is not null)
            return new SeedReplayImageSource(SavedSeeds.Keep(this, context), context);
        Prompts.PromptTemplate.WarnIfShared([PromptTemplate], nameof(PromptTemplate), context);
        return new Source(this, context);
    }

    /// <summary>How a seed is optimised.</summary>
    /// <param name="fromAnchor">Whether it starts from an anchor.</param>
    internal SeedOptimizationOptions OptimizationOf(bool fromAnchor) =>
        fromAnchor ? Optimization with { Iterations = BootstrapIterations } : Optimization;

    /// <summary>Sampling by the released code's values.</summary>
    public sealed record DefaultSampling() : SamplingSettings(steps: 20, guidanceScale: 7.5);

    /// <summary>Makes images of seeds that are optimised when they are first needed, and kept.</summary>
    private sealed class Source(SeedSelect method, SynthesisContext context) : IImageSource
    {
        private readonly SeedSearch _search = new(method, context);
        private readonly SeedReplay _replay = new(context.Model, context.Log);

        public void Learn(LearningTask task, CancellationToken cancellationToken)
        {
            if (task.FileName == ShotPaths.FileOf(task.Class!))
                _search.LearnPaths(task.Class!, cancellationToken);
            else
                _search.FileOf(task.Class!, SeedGroup.Of(task.FirstImage, method), cancellationToken);
        }

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            var images = new List<SyntheticImage>();
            try
            {
                foreach (var indices in batch.Indices.GroupBy(index => SeedGroup.Of(index, method)))
                {
                    var path = _search.FileOf(batch.Class, indices.Key, cancellationToken);
                    using var set = SeedSet.Load(path);
                    images.AddRange(SavedSeeds.Generate(
                        _replay, path, set, [.. indices.Select(index => (int)(index - indices.Key.First))], batch.Class,
                        cancellationToken));
                }
                return images;
            }
            catch
            {
                images.ForEach(image => image.Dispose());
                throw;
            }
        }

        public void Dispose() => _search.Dispose();
    }
}

/// <summary>Where the optimisation of a seed starts.</summary>
public enum SeedSelectStart
{
    /// <summary>At noise drawn for the image.</summary>
    Noise,

    /// <summary>
    /// At a point of a path between the inversion of a shot and the shots' norm-aware centroid (NAO: Samuel et al.
    /// 2023, "Norm-guided latent space exploration"). Few updates are enough there. A class of one shot has no paths;
    /// its images start at noise.
    /// </summary>
    NormAwarePath,
}
