using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Pipelines;

namespace MLNet.SynthAugment.Methods;

/// <summary>Samples each image from one of its class's prompts.</summary>
internal sealed class ClassNamePromptImageSource(ClassNamePrompt method, SynthesisContext context) : IImageSource
{
    private const string PromptStream = "prompt";

    private readonly TextToImagePipeline _pipeline =
        new(context.Model, SchedulerChoice.Create(context, method.Sampler), context.Log);

    private readonly SamplingOptions _sampling = new()
    { Steps = method.SamplingSteps, GuidanceScale = method.GuidanceScale, NegativePrompt = method.NegativePrompt };

    public IReadOnlyList<SyntheticImage> Generate(ImageBatch batch, CancellationToken cancellation)
    {
        var label = batch.Class.Label;
        var prompts = method.PromptsOf(batch.Class);
        var requests = batch.Indices.Select(index =>
        {
            var prompt = SeededRandom.Create(new NoiseKey(context.Seed, label, index), PromptStream).Of(prompts);
            return new ImageRequest(prompt, new NoiseKey(context.Seed, label, index));
        }).ToList();
        var images = _pipeline.Generate(requests, _sampling, cancellationToken: cancellation);
        return [.. requests.Zip(images, (request, image) => new SyntheticImage(image)
        {
            Prompt = request.Prompt,
            Seed = context.Seed,
            Steps = method.SamplingSteps,
            GuidanceScale = method.GuidanceScale,
            Scheduler = _pipeline.Scheduler.GetType().Name,
        })];
    }

    public void Dispose()
    {
    }
}
