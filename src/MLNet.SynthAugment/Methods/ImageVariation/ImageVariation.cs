using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Variations of the shots, as in DALL·E 2 (unCLIP; Ramesh et al. 2022, section 3): a shot's CLIP image embedding,
/// noised to a level, conditions the model beside the text. Nothing is trained. It takes a model that takes images:
/// Stable unCLIP, or the embedded one. The defaults are those of Stable unCLIP.
/// </summary>
public sealed record ImageVariation : ISynthesisMethod
{
    /// <summary>
    /// Values that suit the embedded model: the image alone, because names of classes that it does not know tell it
    /// nothing; and no guidance, which keeps more images in their class, but variations with it did not help a
    /// classifier and those without it did (docs/results.md). Of one shot each: its joined latents steer the model, so
    /// that modes that differ in the embedding would make the same images with a less certain source. With colours
    /// corrected, as its autoencoder loses them.
    /// </summary>
    public static ImageVariation ForEmbeddedModel { get; } = new()
    {
        Modes = [VariationMode.OneShot],
        Templates = [""],
        Sampling = new() { Steps = 8, GuidanceScale = 1, Sampler = Sampler.DpmSolverPlusPlus2M },
        CorrectColours = true,
    };

    /// <inheritdoc/>
    public string Name => nameof(ImageVariation);

    /// <summary>
    /// The modes, at least one; each image draws one of them. Classes with a single shot have
    /// <see cref="VariationMode.OneShot"/> alone.
    /// </summary>
    public IReadOnlyList<VariationMode> Modes { get; init; } =
        [VariationMode.OneShot, VariationMode.BetweenShots, VariationMode.Jitter];

    /// <summary>
    /// For <see cref="VariationMode.Jitter"/>: the standard deviation of the movement, as a part of that of the class's
    /// shots in each dimension; at least 0. Below 1, because a few shots' spread in hundreds of dimensions leads out of
    /// the class.
    /// </summary>
    public double JitterStrength { get; init; } = 0.5;

    /// <summary>
    /// How much noise embeddings get, as a timestep of the model's image-noising schedule: the higher, the further from
    /// the shot (Stable unCLIP: 0 to 999).
    /// </summary>
    public int NoiseLevel { get; init; }

    /// <summary>
    /// The prompts, at least one; <c>{class}</c> stands for the class's name, <c>{word}</c> for
    /// <see cref="DatasetWord"/> with a space. Each image draws one. A single empty prompt leaves the text out.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = ["a {word}photo of a {class}"];

    /// <summary>A word for what the classes have in common, such as "flower" or "aircraft"; empty for none.</summary>
    public string DatasetWord { get; init; } = "";

    /// <summary>How the images are sampled.</summary>
    public DefaultSampling Sampling { get; init; } = new();

    /// <summary>
    /// Whether the colours of an image are corrected by what the autoencoder does to those of its shot: by the affine
    /// map from the pixels of the shot's reconstruction to the chroma of the shot that has the least squared error. For
    /// small autoencoders; images of shots without colours stay as they are.
    /// </summary>
    public bool CorrectColours { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Modes is not { Count: > 0 } || !Modes.All(Enum.IsDefined))
            throw new ArgumentException(
                $"{nameof(Modes)} must name at least one of {string.Join(", ", Enum.GetNames<VariationMode>())}.");
        if (!LeavesTextOut)
            PromptTemplate.Check(Templates, nameof(Templates));
        SettingChecks.RequireNotNegative(nameof(JitterStrength), JitterStrength);
        SettingChecks.RequireNotNegative(nameof(NoiseLevel), NoiseLevel);
        Sampling.Validate();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model takes no images.</exception>
    public IImageSource Adapt(SynthesisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!LeavesTextOut)
            PromptTemplate.WarnIfShared(Templates, nameof(Templates), context);
        if (!new ImageConditioner(context.Model).TakesImages)
            throw new InvalidOperationException(
                "Image variation needs a model that takes images beside the text, and this one takes text alone: "
                + "use a Stable unCLIP model (such as stable-diffusion-2-1-unclip) or the embedded one, or choose "
                + "another method, such as DataDream or Disef.");
        return new Source(this, context);
    }

    /// <summary>Sampling by the values of Stable unCLIP.</summary>
    public sealed record DefaultSampling() : SamplingSettings(steps: 20, guidanceScale: 10);

    private bool LeavesTextOut => Templates is [""];

    /// <summary>Samples images under the conditions that their modes make of the shots.</summary>
    private sealed class Source : IImageSource
    {
        private const string PlanStream = "variation";
        private const string JitterStream = "embedding jitter";

        private readonly ImageVariation _method;
        private readonly SynthesisContext _context;
        private readonly ShotConditions _shots;
        private readonly ShotColours _colours;
        private readonly TextToImagePipeline _pipeline;
        private readonly SamplingOptions _sampling;

        public Source(ImageVariation method, SynthesisContext context)
        {
            _method = method;
            _context = context;
            _shots = new ShotConditions(context);
            _colours = new ShotColours(context.Model);
            _pipeline = new TextToImagePipeline(context.Model, method.Sampling.CreateScheduler(context), context.Log);
            _sampling = method.Sampling.ToOptions() with { ImageNoiseLevel = method.NoiseLevel };
        }

        public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellationToken)
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            var shots = _shots.Of(batch.Class);
            var deviations = Deviations(shots);
            var plans = batch.Indices.Select(index => MakePlan(batch.Class, index)).ToList();
            var requests = batch.Indices.Zip(
                plans, (index, plan) => new ImageRequest(plan.Prompt,
                    new NoiseKey(_context.Seed, batch.Class.Label, index))
                {
                    ImageCondition = Condition(plan.Variation, shots, deviations, batch.Class.Label, index),
                }).ToList();
            var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellationToken);
            return [.. images.Select((image, i) => SyntheticImage.From(
                WithColours(image, batch.Class, plans[i].Variation), plans[i].Prompt, _context.Seed, _sampling,
                _pipeline.Scheduler) with
            {
                Source = shots[plans[i].Variation.First].Shot,
                Details = DetailsJson.Write(plans[i].Variation),
            })];
        }

        public void Dispose()
        {
            _colours.Dispose();
            _shots.Dispose();
        }

        private Image<Rgb24> WithColours(Image<Rgb24> image, ShotClass shotClass, VariationPlan plan) =>
            _method.CorrectColours ? _colours.Correct(
                image, shotClass, shotClass.Shots[plan is { Second: { } second, Mix: >= 0.5 } ? second : plan.First])
                : image;

        private (string Prompt, VariationPlan Variation) MakePlan(ShotClass shotClass, long index)
        {
            var random = SeededRandom.Create(new NoiseKey(_context.Seed, shotClass.Label, index), PlanStream);
            var prompt = PromptTemplate.Fill(random.Of(_method.Templates), shotClass.Name, _method.DatasetWord);
            var mode = random.Of(_method.Modes);
            var shots = shotClass.Shots;
            var first = random.Next(shots.Count);
            if (shots.Count == 1 || mode == VariationMode.OneShot)
                return (prompt, new VariationPlan(VariationMode.OneShot, first));
            if (mode == VariationMode.Jitter)
                return (prompt, new VariationPlan(mode, first));
            var second = (first + 1 + random.Next(shots.Count - 1)) % shots.Count;
            return (prompt, new VariationPlan(mode, first, second, random.NextDouble(), ShotDetails.Of(shots[second])));
        }

        private ImageCondition Condition(
            VariationPlan plan, IReadOnlyList<ShotCondition> shots, Tensor? deviations, string label, long index)
        {
            var first = shots[plan.First].Condition;
            if (plan is { Second: { } second, Mix: { } mix })
                return ImageCondition.Between(
                    first, shots[second].Condition, tensor([(float)mix], device: _context.Model.Device));
            if (plan.Mode != VariationMode.Jitter || deviations is null || first.Embeddings is not { } embedding)
                return first;
            var noise = Noise.Normal(new NoiseKey(_context.Seed, label, index), embedding.shape, JitterStream)
                .to(embedding.device);
            return first with { Embeddings = EmbeddingJitter.Apply(embedding, deviations, noise) };
        }

        /// <summary>
        /// How far the movement goes in each dimension; null for a model that takes no embeddings, or a single shot.
        /// </summary>
        private Tensor? Deviations(IReadOnlyList<ShotCondition> shots) =>
            shots.Count == 1 || shots[0].Condition.Embeddings is null
            ? null
            : stack(shots.Select(shot => shot.Condition.Embeddings![0]))
                .std(0, unbiased: true) * Kept(_method.JitterStrength);
    }

    /// <summary>What an image is made from, as its provenance tells it.</summary>
    /// <param name="Mode">The mode.</param>
    /// <param name="First">Index of the shot among those of its class.</param>
    /// <param name="Second">Index of the second shot between two.</param>
    /// <param name="Mix">Where between the two, 0 (the first) to 1.</param>
    /// <param name="SecondShot">The second shot, as details name it.</param>
    private sealed record VariationPlan(
        [property: JsonConverter(typeof(JsonStringEnumConverter<VariationMode>))] VariationMode Mode,
        [property: JsonIgnore] int First,
        [property: JsonIgnore] int? Second = null,
        double? Mix = null,
        ShotDetails? SecondShot = null);
}

/// <summary>What an image of <see cref="ImageVariation"/> is a variation of.</summary>
public enum VariationMode
{
    /// <summary>One shot.</summary>
    OneShot,

    /// <summary>
    /// What lies between two shots: their embeddings interpolated on the sphere at a random mix. A model that takes
    /// latents sees those of the nearer shot.
    /// </summary>
    BetweenShots,

    /// <summary>
    /// A shot whose embedding is moved about within the spread of its class. A model that takes latents sees those of
    /// the shot as they are.
    /// </summary>
    Jitter,
}
