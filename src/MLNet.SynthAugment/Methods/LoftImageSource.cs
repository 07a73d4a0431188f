using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Methods.Adapters;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Methods;

/// <summary>Samples images with the adapters of two shots merged into the model.</summary>
internal sealed class LoftImageSource : IImageSource
{
    private const string PairStream = "adapters";

    private readonly Loft _method;
    private readonly SynthesisContext _context;
    private readonly LoftAdapters _adapters;
    private readonly MergedAdapters _merged;
    private readonly ShotConditions _conditions;
    private readonly TextToImagePipeline _pipeline;
    private readonly SamplingOptions _sampling;

    public LoftImageSource(Loft method, SynthesisContext context)
    {
        _method = method;
        _context = context;
        _merged = new MergedAdapters(context.Model);
        _adapters = new LoftAdapters(method, context, _merged);
        _conditions = new ShotConditions(context, method.ConditionOnShots);
        _pipeline = new TextToImagePipeline(
            context.Model, SchedulerChoice.Create(context, method.Sampler), context.Log);
        _sampling = new SamplingOptions { Steps = method.SamplingSteps, GuidanceScale = method.GuidanceScale };
    }

    /// <summary>
    /// The images of one pair are made together; noise and pair of an image are its own, so that only rounding depends
    /// on its neighbours.
    /// </summary>
    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var adapters = _adapters.Of(batch.Class);
        var made = new Dictionary<long, SyntheticImage>();
        try
        {
            foreach (var group in batch.Indices.GroupBy(index => Pair(batch.Class, index)))
            {
                Use(group.Key, adapters);
                foreach (var (index, image) in group.Zip(Sample(batch.Class, [.. group], group.Key, cancellation)))
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

    /// <summary>The numbers of two different shots of a class; one number twice if there is only one shot.</summary>
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
        ShotClass shotClass, IReadOnlyList<long> indices, (int First, int Second) pair, CancellationToken cancellation)
    {
        var prompt = _method.PromptOf(shotClass);
        var requests = indices.Select(
            index => new ImageRequest(prompt, new NoiseKey(_context.Seed, shotClass.Label, index))
            { ImageCondition = ConditionOf(shotClass, index, pair)?.Condition }).ToList();
        return _pipeline.Generate(requests, _sampling, cancellationToken: cancellation);
    }

    // One of the image's own two, so that it leans on no third.
    private ShotCondition? ConditionOf(ShotClass shotClass, long index, (int First, int Second) pair) =>
        _conditions.Draw(shotClass, index, [shotClass.Shots[pair.First], shotClass.Shots[pair.Second]]);

    private SyntheticImage Describe(
        Image<Rgb24> image, ShotClass shotClass, long index, (int First, int Second) pair,
        IReadOnlyList<LearntAdapter> adapters) => new(image)
        {
            Prompt = _method.PromptOf(shotClass),
            Seed = _context.Seed,
            Steps = _sampling.Steps,
            GuidanceScale = _sampling.GuidanceScale,
            Scheduler = _pipeline.Scheduler.GetType().Name,
            Adapter = adapters[pair.First].Hash,
            Details = pair.First == pair.Second ? null : DetailsJson.Write(new Details(
            ShotDetails.Of(shotClass.Shots[pair.First]),
            ShotDetails.Of(shotClass.Shots[pair.Second]),
            _method.FirstStrength,
            adapters[pair.Second].Hash,
            ConditionOf(shotClass, index, pair)?.Shot is { } shown ? ShotDetails.Of(shown) : null)),
            Source = pair.First == pair.Second ? shotClass.Shots[pair.First] : null,
        };

    /// <summary>What a store's row tells beside the common columns.</summary>
    private sealed record Details(
        ShotDetails FirstShot, ShotDetails SecondShot, double FirstStrength, string SecondAdapterSha256,
        ShotDetails? ConditionShot);
}
