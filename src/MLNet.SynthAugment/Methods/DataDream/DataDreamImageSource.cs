using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Methods.Adapters;

namespace MLNet.SynthAugment.Methods;

/// <summary>Samples images with the class's adapter merged into the model.</summary>
internal sealed class DataDreamImageSource : IImageSource
{
    private const string DatasetName = "dataset";
    private const string TemplateStream = "template";
    private const int MaxSamplePrompts = 4;

    private readonly DataDream _method;
    private readonly SynthesisContext _context;
    private readonly AdapterTraining _adapters;
    private readonly MergedAdapters _merged;
    private readonly ShotConditions _shots;
    private readonly TextToImagePipeline _pipeline;
    private readonly SamplingOptions _sampling;

    public DataDreamImageSource(DataDream method, SynthesisContext context)
    {
        _method = method;
        _context = context;
        _merged = new MergedAdapters(context.Model);
        _adapters = new AdapterTraining(context, _merged);
        _shots = new ShotConditions(context, method.ConditionOnShots);
        _pipeline = new TextToImagePipeline(
            context.Model, SchedulerChoice.Create(context, method.Sampler), context.Log);
        _sampling = new SamplingOptions
        {
            Steps = method.SamplingSteps,
            GuidanceScale = method.GuidanceScale,
            ImageGuidanceScale = method.ImageGuidanceScale
        };
    }

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var adapter = UseAdapterOf(batch.Class);
        var prompts = _method.PromptsOf(batch.Class);
        var shots = batch.Indices.Select(index => _shots.Draw(batch.Class, index)).ToList();
        var requests = batch.Indices.Zip(
            shots, (index, shot) => new ImageRequest(
            DrawPrompt(prompts, batch.Class, index), new NoiseKey(_context.Seed, batch.Class.Label, index))
            {
                ImageCondition = shot?.Condition,
            }).ToList();
        var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellation);
        return [.. images.Select((image, i) => new SyntheticImage(image)
        {
            Prompt = requests[i].Prompt,
            Seed = _context.Seed,
            Source = shots[i]?.Shot,
            Steps = _sampling.Steps,
            GuidanceScale = _sampling.GuidanceScale,
            Scheduler = _pipeline.Scheduler.GetType().Name,
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

    private LearntAdapter UseAdapterOf(ShotClass shotClass)
    {
        var isForAll = _method.Scope == LoraScope.Dataset;
        IReadOnlyList<ShotClass> classes = isForAll ? _context.Classes : [shotClass];
        var adapter = _adapters.Get(isForAll ? DatasetName : FileNames.Unique(shotClass.Label), () => Plan(classes));
        _merged.Use((adapter, 1));
        return adapter;
    }

    private AdapterPlan Plan(IReadOnlyList<ShotClass> classes)
    {
        var examples = classes.SelectMany(
            found => found.Shots.Select(
            shot => new AdapterExample(shot, _method.PromptsOf(found), _method.ConditionOnShots ? found.Label : null)))
            .ToList();
        var samplePrompts = classes.Take(MaxSamplePrompts).Select(found => _method.PromptsOf(found)[0]).ToList();
        return new AdapterPlan(_method.TrainingOptions(examples.Count, _context.Seed), examples,
            $"{examples.Count} images of {classes.Count} classes")
        {
            Samples = _method.ValidateEvery is { } every
                ? new AdapterPlan.SampleImages(every, samplePrompts, _sampling) : null,
        };
    }
}
