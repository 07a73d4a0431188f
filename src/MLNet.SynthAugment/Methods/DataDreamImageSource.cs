using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Methods;

/// <summary>Samples images with the class's adapter merged into the model.</summary>
internal sealed class DataDreamImageSource : IImageSource
{
    private readonly DataDream _method;
    private readonly SynthesisContext _context;
    private readonly DataDreamAdapters _adapters;
    private readonly LoraLayers _layers;
    private readonly TextToImagePipeline _pipeline;
    private readonly SamplingOptions _sampling;
    private string? _mergedName;
    private MergedLora? _merged;

    public DataDreamImageSource(DataDream method, SynthesisContext context)
    {
        _method = method;
        _context = context;
        _adapters = new DataDreamAdapters(method, context, context.Model);
        _layers = new LoraLayers(context.Model);
        _pipeline = new TextToImagePipeline(context.Model, log: context.Log);
        _sampling = new SamplingOptions { Steps = method.SamplingSteps, GuidanceScale = method.GuidanceScale };
    }

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        UseAdapterOf(batch);
        var prompt = _method.PromptOf(batch.Class);
        var requests = batch.Indices.Select(index => new ImageRequest(prompt, _context.Seed, batch.Class.Label, index)).ToList();
        var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellation);
        return [.. images.Select(image => new SyntheticImage(image) { Prompt = prompt, Seed = _context.Seed })];
    }

    public void Dispose() => _merged?.Dispose();

    private void UseAdapterOf(ImageBatch batch)
    {
        var name = _adapters.NameFor(batch.Class);
        if (name == _mergedName)
            return;
        _merged?.Dispose();
        _merged = null;
        using var adapter = _adapters.Get(batch.Class);
        _merged = adapter.Merge(_layers);
        _mergedName = name;
    }
}
