using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods.Adapters;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// LoFT, LoRA-fused training-data generation (Kim et al. 2025): a low-rank adapter is trained on each single shot, and
/// each image is sampled with the adapters of two shots of its class, each at part of its strength. So images are near
/// the real ones, and still differ. The defaults are the released code's, for Stable Diffusion 2.1-base.
/// </summary>
public sealed record Loft : ISynthesisMethod
{
    /// <summary>Values that suit the embedded model, whose adapters learn a shot within seconds on a CPU.</summary>
    public static Loft ForEmbeddedModel { get; } = new()
    { Training = new() { Epochs = 100 }, Sampling = new() { Steps = 25 } };

    /// <inheritdoc/>
    public string Name => nameof(Loft);

    /// <summary>How the adapters are trained. An epoch over an adapter's one shot is one step.</summary>
    public DefaultTraining Training { get; init; } = new();

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

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

    /// <summary>
    /// Whether a model that takes images beside the text is shown one of the two shots, drawn for each image; others do
    /// not mind.
    /// </summary>
    public bool ConditionOnShots { get; init; } = true;

    /// <inheritdoc/>
    public void Validate()
    {
        Prompts.PromptTemplate.Check([PromptTemplate], nameof(PromptTemplate));
        if (FirstStrength is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(FirstStrength), FirstStrength, "It must be 0 to 1; the second adapter has the rest.");
        Training.Validate();
        Sampling.Validate();
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearningTask> Learns(IReadOnlyList<ShotClass> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return [.. classes.SelectMany(shotClass => shotClass.Shots.DistinctBy(shot => shot.ImageHash)
            .Select(shot => new LearningTask(FileOf(shotClass, shot), shotClass) { Shot = shot }))];
    }

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Prompts.PromptTemplate.WarnIfShared([PromptTemplate], nameof(PromptTemplate), context);
        return new Source(this, context);
    }

    /// <summary>Sampling by the released code's values.</summary>
    public sealed record DefaultSampling() : SamplingSettings(steps: 50, guidanceScale: 2);

    /// <summary>Training by the released code's values.</summary>
    public sealed record DefaultTraining : LoraTrainingSettings
    {
        /// <summary>The released code's values.</summary>
        public DefaultTraining() => (Rank, Alpha, LearningRate, WarmupSteps, Epochs, BatchSize, Crop) =
            (2, 2, 1e-3, 10, 600, 1, TrainingCrop.Center);
    }

    private string PromptOf(ShotClass shotClass) =>
        Prompts.PromptTemplate.Fill(PromptTemplate, shotClass.Name, DatasetWord);

    // Equal images of a class share an adapter.
    private static string FileOf(ShotClass shotClass, Shot shot) =>
        AdapterTraining.FileOf($"{FileNames.Unique(shotClass.Label)}/{shot.ImageHash}");

    /// <summary>Samples images with the adapters of two shots merged into the model.</summary>
    private sealed class Source : IImageSource
    {
        private const string PairStream = "adapters";

        private readonly Loft _method;
        private readonly SynthesisContext _context;
        private readonly AdapterTraining _training;
        private readonly MergedAdapters _merged;
        private readonly ShotConditions _conditions;
        private readonly TextToImagePipeline _pipeline;
        private readonly SamplingOptions _sampling;

        public Source(Loft method, SynthesisContext context)
        {
            _method = method;
            _context = context;
            _merged = new MergedAdapters(context.Model);
            _training = new AdapterTraining(context, _merged);
            _conditions = new ShotConditions(context, method.ConditionOnShots);
            _pipeline = new TextToImagePipeline(context.Model, method.Sampling.CreateScheduler(context), context.Log);
            _sampling = method.Sampling.ToOptions();
        }

        public void Learn(LearningTask task, CancellationToken cancellationToken) =>
            AdapterOf(task.Class!, task.Shot!);

        /// <summary>
        /// The images of one pair are made together. Noise and pair of an image are its own, so that only rounding
        /// depends on its neighbours.
        /// </summary>
        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            var adapters = batch.Class.Shots.Select(shot => AdapterOf(batch.Class, shot)).ToList();
            var made = new Dictionary<long, SyntheticImage>();
            try
            {
                foreach (var group in batch.Indices.GroupBy(index => Pair(batch.Class, index)))
                {
                    Use(group.Key, adapters);
                    foreach (var (index, image) in group.Zip(
                        Sample(batch.Class, [.. group], group.Key, cancellationToken)))
                        made[index] = Describe(image, batch.Class, index, group.Key, adapters);
                }
                return [.. batch.Indices.Select(index => made[index])];
            }
            catch
            {
                foreach (var image in made.Values)
                    image.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            _merged.Dispose();
            _conditions.Dispose();
        }

        /// <summary>
        /// The numbers of two different shots of a class; one number twice if there is only one shot.
        /// </summary>
        private (int First, int Second) Pair(ShotClass shotClass, long index)
        {
            var random = SeededRandom.Create(new NoiseKey(_context.Seed, shotClass.Label, index), PairStream);
            var count = shotClass.Shots.Count;
            if (count == 1)
                return (0, 0);
            var (one, other) = (random.Next(count), random.Next(count - 1));
            if (other >= one)
                other++;
            // At equal strengths the order does not matter: half as many pairs to merge.
            return _method.FirstStrength == 0.5 && other < one ? (other, one) : (one, other);
        }

        private void Use((int First, int Second) pair, IReadOnlyList<LearntAdapter> adapters)
        {
            if (pair.First == pair.Second)
                _merged.Use((adapters[pair.First], 1));
            else
                _merged.Use((adapters[pair.First], (float)_method.FirstStrength),
                    (adapters[pair.Second], (float)(1 - _method.FirstStrength)));
        }

        private IReadOnlyList<Image<Rgb24>> Sample(
            ShotClass shotClass, IReadOnlyList<long> indices, (int First, int Second) pair,
                CancellationToken cancellationToken)
        {
            var prompt = _method.PromptOf(shotClass);
            var requests = indices.Select(
                index => new ImageRequest(prompt, new NoiseKey(_context.Seed, shotClass.Label, index))
                { ImageCondition = ConditionOf(shotClass, index, pair)?.Condition }).ToList();
            return _pipeline.Generate(requests, _sampling, cancellationToken: cancellationToken);
        }

        // One of the image's own two, so that it leans on no third.
        private ShotCondition? ConditionOf(ShotClass shotClass, long index, (int First, int Second) pair) =>
            _conditions.Draw(shotClass, index, [shotClass.Shots[pair.First], shotClass.Shots[pair.Second]]);

        private SyntheticImage Describe(
            Image<Rgb24> image, ShotClass shotClass, long index, (int First, int Second) pair,
            IReadOnlyList<LearntAdapter> adapters)
        {
            var sampled = SyntheticImage.From(
                image, _method.PromptOf(shotClass), _context.Seed, _sampling, _pipeline.Scheduler) with
            { Adapter = adapters[pair.First].Hash };
            var shots = shotClass.Shots;
            if (pair.First == pair.Second)
                return sampled with { Source = shots[pair.First] };
            return sampled with
            {
                Details = DetailsJson.Write(new Details(
                    ShotDetails.Of(shots[pair.First]), ShotDetails.Of(shots[pair.Second]), _method.FirstStrength,
                    adapters[pair.Second].Hash,
                    ConditionOf(shotClass, index, pair)?.Shot is { } shown ? ShotDetails.Of(shown) : null)),
            };
        }

        private LearntAdapter AdapterOf(ShotClass shotClass, Shot shot) =>
            _training.Get(FileOf(shotClass, shot), () => Plan(shotClass, shot));

        private AdapterPlan Plan(ShotClass shotClass, Shot shot)
        {
            // No group: a model that takes images would be shown the very shot it is to learn, and the adapter would
            // learn next to nothing.
            var example = new AdapterExample(shot, [_method.PromptOf(shotClass)], Group: null);
            var number = shotClass.Shots.TakeWhile(other => other != shot).Count() + 1;
            return new AdapterPlan(_method.Training.ToOptions(shots: 1, _context.Seed), [example],
                $"shot {number} of {shotClass.Shots.Count} of class '{shotClass.Label}'");
        }

        /// <summary>What a store's row tells beside the common columns.</summary>
        private sealed record Details(
            ShotDetails FirstShot, ShotDetails SecondShot, double FirstStrength, string SecondAdapterSha256,
            ShotDetails? ConditionShot);
    }
}
