using MLNet.SynthAugment.FewShot;
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
    private static readonly LearningTask s_adapter =
        new(AdapterTraining.FileOf(AdapterTraining.OfAllClasses), Class: null);

    /// <summary>
    /// Values that suit the embedded model, which is small, adapts quickly and takes much noise to change a drawing's
    /// strokes.
    /// </summary>
    public static DiffMix ForEmbeddedModel { get; } = new()
    {
        Training = new() { LearningRate = 1e-3, Epochs = 20 },
        Start = new() { Strengths = [0.7, 0.9] },
        Sampling = new() { GuidanceScale = 3 },
    };

    /// <inheritdoc/>
    public string Name => nameof(DiffMix);

    /// <summary>
    /// Whether a LoRA adapter is first trained on the shots of all classes, with the model's own noise-prediction loss
    /// and the same prompts. The paper also learns a token for each class.
    /// </summary>
    public bool FineTune { get; init; } = true;

    /// <summary>How the adapter is trained, with <see cref="FineTune"/>.</summary>
    public DefaultTraining Training { get; init; } = new();

    /// <summary>
    /// How the images start from shots of other classes. Masks are not possible: the shot's whole class is what is
    /// mixed in.
    /// </summary>
    public DefaultStart Start { get; init; } = new();

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

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

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
    public void Validate()
    {
        PromptTemplate.Check(Templates, nameof(Templates));
        Training.Validate();
        Start.Validate();
        Sampling.Validate();
        SettingChecks.RequirePositive(nameof(Gamma), Gamma);
        if (Start.Masks != MaskMode.None)
            throw new ArgumentException(
                $"Diff-Mix translates whole shots: Start.Masks must be {MaskMode.None}, not {Start.Masks}.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearningTask> Learns(IReadOnlyList<ShotClass> classes) => FineTune ? [s_adapter] : [];

    /// <inheritdoc/>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        if (context.Classes.Count < 2)
            throw new InvalidOperationException(
                $"Diff-Mix mixes classes, but the data have only one, '{context.Classes[0].Label}': use another "
                    + $"method, such as {nameof(Disef)}.");
        return new Source(this, context);
    }

    /// <summary>Sampling by the released code's values.</summary>
    public sealed record DefaultSampling()
        : SamplingSettings(steps: 25, guidanceScale: 7.5, Diffusion.Schedulers.Sampler.DpmSolverPlusPlus2M);

    /// <summary>
    /// Starts from shots by the paper's strengths, 0.5 to 0.9: below, the other class hardly shows.
    /// </summary>
    public sealed record DefaultStart() : ShotStart([0.5, 0.7, 0.9]);

    /// <summary>
    /// Training by the paper's values, at a constant learning rate. Its 35,000 steps of 8 images are 47 epochs over the
    /// 5,994 images of CUB.
    /// </summary>
    public sealed record DefaultTraining : LoraTrainingSettings
    {
        /// <summary>The paper's values.</summary>
        public DefaultTraining() =>
            (Rank, LearningRate, Schedule, Epochs) = (10, 5e-5, LearningRateSchedule.Constant, 47);
    }

    /// <summary>
    /// Translates shots of other classes to the batch's class, with the adapter of all classes merged into the model.
    /// </summary>
    private sealed class Source : IImageSource
    {
        private const string PlanStream = "diffmix";

        private readonly DiffMix _method;
        private readonly SynthesisContext _context;
        private readonly MergedAdapters _merged;
        private readonly AdapterTraining _training;
        private readonly ShotTranslator _translator;

        public Source(DiffMix method, SynthesisContext context)
        {
            _method = method;
            _context = context;
            _merged = new MergedAdapters(context.Model);
            _training = new AdapterTraining(context, _merged);
            _translator = new ShotTranslator(context, method.Start, method.Sampling, method.ConditionOnShots);
        }

        private sealed record Plan(ShotClass Source, ShotTranslation Translation);

        public void Learn(LearningTask task, CancellationToken cancellationToken) =>
            _training.Get(task.FileName, PlanTraining);

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            LearntAdapter? adapter = null;
            if (_method.FineTune)
            {
                adapter = _training.Get(s_adapter.FileName, PlanTraining);
                _merged.Use((adapter, 1));
            }
            var plans = batch.Indices.Select(index => MakePlan(batch.Class, index)).ToList();
            var images = _translator.Translate(batch.Class, [.. plans.Select(plan => plan.Translation)],
                cancellationToken);
            return [.. plans.Zip(images, (plan, image) => image with
            {
                Adapter = adapter?.Hash,
                SoftLabels = _method.SoftLabelOf(plan.Source.Label, batch.Class.Label, plan.Translation.Strength),
            })];
        }

        public void Dispose()
        {
            _translator.Dispose();
            _merged.Dispose();
        }

        private Plan MakePlan(ShotClass target, long index)
        {
            var random = SeededRandom.Create(new NoiseKey(_context.Seed, target.Label, index), PlanStream);
            var source = random.Of([.. _context.Classes.Where(shotClass => shotClass.Label != target.Label)]);
            var prompt = random.Of(PromptsOf(target));
            return new Plan(source, new ShotTranslation(
                index, prompt, Shot: random.Of(source.Shots), Strength: random.Of(_method.Start.Strengths)));
        }

        private AdapterPlan PlanTraining()
        {
            var examples = AdapterExample.OfClasses(_context.Classes, PromptsOf, _method.ConditionOnShots);
            return new AdapterPlan(_method.Training.ToOptions(examples.Count, _context.Seed), examples,
                $"{examples.Count} images of {_context.Classes.Count} classes");
        }

        private IReadOnlyList<string> PromptsOf(ShotClass shotClass) =>
            PromptTemplate.FillAll(_method.Templates, shotClass.Name, _method.DatasetWord);
    }
}
