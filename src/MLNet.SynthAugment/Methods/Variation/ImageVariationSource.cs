using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Prompts;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static MLNet.SynthAugment.Diffusion.KeptScalars;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Methods;

/// <summary>Samples images under the conditions that their modes make of the shots.</summary>
internal sealed class ImageVariationSource : IImageSource
{
    private const string PlanStream = "variation";
    private const string JitterStream = "embedding jitter";

    private readonly ImageVariation _method;
    private readonly SynthesisContext _context;
    private readonly ShotConditions _shots;
    private readonly ShotColours _colours;
    private readonly TextToImagePipeline _pipeline;
    private readonly SamplingOptions _sampling;

    public ImageVariationSource(ImageVariation method, SynthesisContext context)
    {
        _method = method;
        _context = context;
        _shots = new ShotConditions(context);
        _colours = new ShotColours(context.Model);
        _pipeline = new TextToImagePipeline(
            context.Model, SchedulerChoice.Create(context, method.Sampler), context.Log);
        _sampling = new SamplingOptions
        {
            Steps = method.SamplingSteps,
            GuidanceScale = method.GuidanceScale,
            ImageGuidanceScale = method.ImageGuidanceScale,
            ImageNoiseLevel = method.NoiseLevel,
            NegativePrompt = method.NegativePrompt,
        };
    }

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        using var gradientMode = no_grad();
        using var scope = NewDisposeScope();
        var shots = _shots.Of(batch.Class);
        var deviations = Deviations(shots);
        var plans = batch.Indices.Select(index => MakePlan(batch.Class, index)).ToList();
        var requests = batch.Indices.Zip(
            plans, (index, plan) => new ImageRequest(plan.Prompt, new NoiseKey(_context.Seed, batch.Class.Label, index))
            {
                ImageCondition = Condition(plan.Variation, shots, deviations, batch.Class.Label, index),
            }).ToList();
        var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellation);
        return [.. images.Select((image, i) => new SyntheticImage(WithColours(image, batch.Class, plans[i].Variation))
        {
            Prompt = plans[i].Prompt,
            Seed = _context.Seed,
            Source = shots[plans[i].Variation.First].Shot,
            Steps = _sampling.Steps,
            GuidanceScale = _sampling.GuidanceScale,
            Scheduler = _pipeline.Scheduler.GetType().Name,
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
        var noise = Noise.Normal(new NoiseKey(_context.Seed, label, index), embedding.shape, JitterStream).to(
            embedding.device);
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
