using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
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
    /// <summary>Values that suit the embedded model, which is small and adapts in minutes on a CPU.</summary>
    public static DataDream ForEmbeddedModel { get; } = new()
    {
        Training = new() { LearningRate = 1e-3, Epochs = 60, WarmupSteps = 20 },
        Sampling = new() { Steps = 8, GuidanceScale = 1, Sampler = Sampler.DpmSolverPlusPlus2M },
    };

    /// <inheritdoc/>
    public string Name => nameof(DataDream);

    /// <summary>
    /// One adapter for all classes, or one for each class. Both pass over every shot equally often: 16 shots make 400
    /// steps, and ten classes of them 4,000 in either scope, as in the paper.
    /// </summary>
    public LoraScope Scope { get; init; } = LoraScope.Dataset;

    /// <summary>How the adapters are trained.</summary>
    public DefaultTraining Training { get; init; } = new();

    /// <summary>
    /// The prompts, at least one; <c>{word}</c> stands for <see cref="DatasetWord"/> with a space, <c>{class}</c> for
    /// the class's name. Each training step of a shot and each image draws one. The paper uses one;
    /// <see cref="DataDreamTemplates.Photo"/> has more.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

    /// <summary>
    /// For models that take images beside the text: whether each image is shown a shot of its class, and the adapter is
    /// trained so, each shot under another one of its class. It changes nothing for other models.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <summary>
    /// Training steps between two sets of sample images in the store's folder <c>state/validation</c>, at least 1; null
    /// for none. They change nothing in the outcome.
    /// </summary>
    [JsonIgnore]
    public int? ValidateEvery { get; init; }

    /// <summary>Sampling by the paper's values.</summary>
    public sealed record DefaultSampling() : SamplingSettings(steps: 50, guidanceScale: 2);

    /// <summary>Training by the paper's values.</summary>
    public sealed record DefaultTraining : LoraTrainingSettings
    {
        /// <summary>The paper's values.</summary>
        public DefaultTraining() =>
            (Rank, Alpha, LearningRate, WarmupSteps, Epochs, TrainTextEncoder) = (16, 16, 1e-4, 100, 200, true);
    }

    /// <summary>The prompts of a class.</summary>
    /// <param name="shotClass">The class.</param>
    public IReadOnlyList<string> PromptsOf(ShotClass shotClass)
    {
        ArgumentNullException.ThrowIfNull(shotClass);
        return PromptTemplate.FillAll(Templates, shotClass.Name, DatasetWord);
    }

    /// <inheritdoc/>
    public void Validate()
    {
        PromptTemplate.Check(Templates, nameof(Templates));
        Training.Validate();
        Sampling.Validate();
        SettingChecks.RequireAtLeastOne(nameof(ValidateEvery), ValidateEvery ?? 1);
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearningTask> Learns(IReadOnlyList<ShotClass> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return Scope == LoraScope.Dataset ? [TaskOf(null)] : [.. classes.Select(TaskOf)];
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        return new Source(this, context);
    }

    private static LearningTask TaskOf(ShotClass? shotClass) => new(
        AdapterTraining.FileOf(shotClass is null ? AdapterTraining.OfAllClasses : FileNames.Unique(shotClass.Label)),
        shotClass);

    /// <summary>Samples images with the class's adapter merged into the model.</summary>
    private sealed class Source : IImageSource
    {
        private const string TemplateStream = "template";
        private const int MaxSamplePrompts = 4;

        private readonly DataDream _method;
        private readonly SynthesisContext _context;
        private readonly AdapterTraining _training;
        private readonly MergedAdapters _merged;
        private readonly ShotConditions _shots;
        private readonly TextToImagePipeline _pipeline;
        private readonly SamplingOptions _sampling;

        public Source(DataDream method, SynthesisContext context)
        {
            _method = method;
            _context = context;
            _merged = new MergedAdapters(context.Model);
            _training = new AdapterTraining(context, _merged);
            _shots = new ShotConditions(context, method.ConditionOnShots);
            _pipeline = new TextToImagePipeline(
                context.Model, method.Sampling.CreateScheduler(context), context.Log);
            _sampling = method.Sampling.ToOptions();
        }

        public void Learn(LearningTask task, CancellationToken cancellationToken) => AdapterOf(task);

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            var adapter = AdapterOf(TaskOf(_method.Scope == LoraScope.Dataset ? null : batch.Class));
            _merged.Use((adapter, 1));
            var prompts = _method.PromptsOf(batch.Class);
            var shots = batch.Indices.Select(index => _shots.Draw(batch.Class, index)).ToList();
            var requests = batch.Indices.Zip(
                shots, (index, shot) => new ImageRequest(
                DrawPrompt(prompts, batch.Class, index), new NoiseKey(_context.Seed, batch.Class.Label, index))
                {
                    ImageCondition = shot?.Condition,
                }).ToList();
            var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellationToken);
            return [.. images.Select((image, i) => SyntheticImage.From(
                image, requests[i].Prompt, _context.Seed, _sampling, _pipeline.Scheduler) with
            {
                Source = shots[i]?.Shot,
                Adapter = adapter.Hash,
            })];
        }

        public void Dispose()
        {
            _merged.Dispose();
            _shots.Dispose();
        }

        private string DrawPrompt(IReadOnlyList<string> prompts, ShotClass shotClass, long index) =>
            SeededRandom.Create(new NoiseKey(_context.Seed, shotClass.Label, index), TemplateStream).Of(prompts);

        private LearntAdapter AdapterOf(LearningTask task) => _training.Get(
            task.FileName, () => Plan(task.Class is { } shotClass ? [shotClass] : _context.Classes));

        private AdapterPlan Plan(IReadOnlyList<ShotClass> classes)
        {
            var examples = AdapterExample.OfClasses(classes, _method.PromptsOf, _method.ConditionOnShots);
            var samplePrompts = classes.Take(MaxSamplePrompts)
                .Select(shotClass => _method.PromptsOf(shotClass)[0]).ToList();
            return new AdapterPlan(_method.Training.ToOptions(examples.Count, _context.Seed), examples,
                $"{examples.Count} images of {classes.Count} classes")
            {
                Samples = _method.ValidateEvery is { } every
                    ? new AdapterPlan.SampleImages(every, samplePrompts, _sampling) : null,
            };
        }
    }
}

/// <summary>What one LoRA adapter is trained on.</summary>
public enum LoraScope
{
    /// <summary>One adapter for all classes (the paper's DataDream_dset).</summary>
    Dataset,

    /// <summary>One adapter per class, trained on its shots alone (DataDream_cls).</summary>
    Class,
}

/// <summary>Prompts for <see cref="DataDream.Templates"/>.</summary>
public static class DataDreamTemplates
{
    /// <summary>
    /// Many ways to say that a photo shows something, as they are used with CLIP (Radford et al. 2021, section 3.1.4):
    /// more variety than the paper's one.
    /// </summary>
    public static IReadOnlyList<string> Photo { get; } =
    [
        "a {word}photo of a {class}",
        "a {word}photo of the {class}",
        "a {word}photo of one {class}",
        "a {word}photo of my {class}",
        "a good {word}photo of a {class}",
        "a nice {word}photo of a {class}",
        "a clear {word}photo of a {class}",
        "a sharp {word}photo of a {class}",
        "a blurry {word}photo of a {class}",
        "a bright {word}photo of a {class}",
        "a dark {word}photo of a {class}",
        "a close-up {word}photo of a {class}",
        "a {word}photo of a {class} from afar",
        "a {word}photo of a {class} from above",
        "a {word}photo of a {class} from the side",
        "a {word}photo of a small {class}",
        "a {word}photo of a large {class}",
        "a {word}photo of a typical {class}",
        "a {word}photo of an unusual {class}",
        "a {word}photo of a {class} on its own",
        "a {word}photo of a {class} in its surroundings",
        "a {word}photo that shows a {class}",
    ];
}
