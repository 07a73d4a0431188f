using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public sealed class TextToImagePipelineTests : IDisposable
{
    private static readonly SamplingOptions s_options = new() { Steps = 4, GuidanceScale = 2 };

    private readonly LatentDiffusionModel _model = TinyModels.LatentDiffusion();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(2.0, 0.0)]
    [InlineData(2.0, 1.0)]
    public void An_image_does_not_depend_on_its_batch(double guidance, double eta)
    {
        var options = s_options with { GuidanceScale = guidance };
        var pipeline = new TextToImagePipeline(_model, new DdimScheduler(_model.SchedulerConfig, eta));
        ImageRequest[] requests = [new("a cat", 7, "cat", 0), new("a dog", 7, "dog", 0), new("a cat", 7, "cat", 1)];
        var together = pipeline.Generate(requests, options);
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = TestImages.Bytes(Assert.Single(pipeline.Generate([requests[i]], options)));
            Assert.All(alone.Zip(TestImages.Bytes(together[i])), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
        Assert.NotEqual(TestImages.Bytes(together[0]), TestImages.Bytes(together[1]));
        Assert.NotEqual(TestImages.Bytes(together[0]), TestImages.Bytes(together[2]));
    }

    [Fact]
    public void Equal_requests_give_equal_bytes_in_another_pipeline()
    {
        ImageRequest[] requests = [new("a cat", 7, "cat", 3), new("a cat", 7, "cat", 4)];
        var first = new TextToImagePipeline(_model).Generate(requests, s_options);
        var second = new TextToImagePipeline(_model).Generate(requests, s_options);
        Assert.All(first.Zip(second), pair => Assert.Equal(TestImages.Bytes(pair.First), TestImages.Bytes(pair.Second)));
        Assert.All(first, image => Assert.Equal((_model.ImageSize, _model.ImageSize), (image.Width, image.Height)));
    }

    [Fact]
    public void Prompt_guidance_seed_and_adapter_change_the_image()
    {
        var pipeline = new TextToImagePipeline(_model);
        var request = new ImageRequest("a cat", 7, "cat", 0);
        byte[] Bytes(ImageRequest asked, SamplingOptions options) => TestImages.Bytes(pipeline.Generate([asked], options)[0]);
        var plain = Bytes(request, s_options);
        Assert.NotEqual(plain, Bytes(request with { Prompt = "zebra" }, s_options));
        Assert.NotEqual(plain, Bytes(request with { RunSeed = 8 }, s_options));
        Assert.NotEqual(plain, Bytes(request, s_options with { GuidanceScale = 9 }));
        Assert.NotEqual(plain, Bytes(request, s_options with { NegativePrompt = "dog" }));
        using var adapter = TinyModels.RandomAdapter(new LoraLayers(_model), seed: 1, includeTextEncoder: true);
        using (adapter.Attach(new LoraLayers(_model))) Assert.NotEqual(plain, Bytes(request, s_options));
        Assert.Equal(plain, Bytes(request, s_options));
    }

    [Fact]
    public void Progress_counts_the_steps_and_cancellation_stops_between_them()
    {
        var pipeline = new TextToImagePipeline(_model);
        using var cancellation = new CancellationTokenSource();
        var seen = new List<SamplingProgress>();
        var progress = new Callback<SamplingProgress>(value =>
        {
            seen.Add(value);
            if (value.Step == 3) cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => pipeline.Generate([new("a", 1, "a", 0)], s_options, progress, cancellationToken: cancellation.Token));
        Assert.Equal([new(1, 4), new(2, 4), new(3, 4)], seen);
    }

    [Fact]
    public void Misuse_and_overflow_are_said_clearly()
    {
        var pipeline = new TextToImagePipeline(_model);
        Assert.Throws<ArgumentException>(() => pipeline.Generate([], s_options));
        Assert.ThrowsAny<ArgumentException>(() => pipeline.Generate([new("a", 1, "a", 0)], s_options with { Steps = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => pipeline.Generate([new("a", 1, "a", 0)], s_options with { GuidanceScale = double.NaN }));
        using var noise = zeros(1, 4, 8, 8);
        using var embeds = zeros(1, 8, TinyModels.TextWidth);
        var sampler = new LatentSampler(_model.UNet, new DdpmScheduler(_model.SchedulerConfig));
        Assert.Contains("negative prompt", Assert.Throws<ArgumentException>(() => sampler.Sample(noise, new Conditioning { PromptEmbeds = embeds }, s_options)).Message);
        Assert.Contains("noise", Assert.Throws<ArgumentException>(() => sampler.Sample(noise, new Conditioning { PromptEmbeds = embeds, NegativePromptEmbeds = embeds }, s_options)).Message);
        using (no_grad()) _model.UNet.parameters().First().fill_(float.NaN);
        Assert.Contains("overflow", Assert.Throws<InvalidOperationException>(() => pipeline.Generate([new("a", 1, "a", 0)], s_options)).Message);
    }

    [Fact]
    public void Sampling_keeps_resident_memory_flat_and_leaves_no_tensor_behind() => SampleManySteps(runs: 30, stepsARun: 20);

    [LongFact]
    public void Ten_thousand_steps_keep_resident_memory_flat() => SampleManySteps(runs: 200, stepsARun: 50);

    private void SampleManySteps(int runs, int stepsARun)
    {
        var pipeline = new TextToImagePipeline(_model, new DdimScheduler(_model.SchedulerConfig, eta: 1));
        var options = s_options with { Steps = stepsARun };
        using var scope = NewDisposeScope();
        ResidentMemory.AssertFlat(warmUpRounds: runs / 4, runs, megabytes: 16, round => Dispose(pipeline.Generate([new("a cat", 7, "cat", round)], options)));
        Assert.Equal(0, scope.DisposablesCount);
    }

    private static void Dispose(IReadOnlyList<Image<Rgb24>> images)
    {
        foreach (var image in images) image.Dispose();
    }
}
