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
        ImageRequest[] requests = [new("a cat", new NoiseKey(7, "cat")), new("a dog", new NoiseKey(7, "dog")),
            new("a cat", new NoiseKey(7, "cat", 1))];
        var together = pipeline.Generate(requests, options);
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = TestImages.Bytes(Assert.Single(pipeline.Generate([requests[i]], options)));
            TestImages.AssertClose(alone, TestImages.Bytes(together[i]));
        }
        Assert.NotEqual(TestImages.Bytes(together[0]), TestImages.Bytes(together[1]));
        Assert.NotEqual(TestImages.Bytes(together[0]), TestImages.Bytes(together[2]));
    }

    [Fact]
    public void Equal_requests_give_equal_bytes_in_another_pipeline()
    {
        ImageRequest[] requests = [new("a cat", new NoiseKey(7, "cat", 3)), new("a cat", new NoiseKey(7, "cat", 4))];
        var first = new TextToImagePipeline(_model).Generate(requests, s_options);
        var second = new TextToImagePipeline(_model).Generate(requests, s_options);
        Assert.All(first.Zip(second),
            pair => Assert.Equal(TestImages.Bytes(pair.First), TestImages.Bytes(pair.Second)));
        Assert.All(first, image => Assert.Equal((_model.ImageSize, _model.ImageSize), (image.Width, image.Height)));
    }

    [Fact]
    public void Prompt_guidance_seed_and_adapter_change_the_image()
    {
        var pipeline = new TextToImagePipeline(_model);
        var request = new ImageRequest("a cat", new NoiseKey(7, "cat"));
        byte[] Bytes(ImageRequest asked, SamplingOptions options) =>
            TestImages.Bytes(pipeline.Generate([asked], options)[0]);
        var plain = Bytes(request, s_options);
        Assert.NotEqual(plain, Bytes(request with { Prompt = "zebra" }, s_options));
        Assert.NotEqual(plain, Bytes(request with { Key = new NoiseKey(8, "cat") }, s_options));
        Assert.NotEqual(plain, Bytes(request, s_options with { GuidanceScale = 9 }));
        Assert.NotEqual(plain, Bytes(request, s_options with { NegativePrompt = "dog" }));
        using var adapter = TinyModels.RandomAdapter(new LoraLayers(_model), seed: 1, includeTextEncoder: true);
        using (adapter.Attach(new LoraLayers(_model))) Assert.NotEqual(plain, Bytes(request, s_options));
        Assert.Equal(plain, Bytes(request, s_options));
    }

    [Fact]
    public void A_request_may_have_a_negative_prompt_of_its_own()
    {
        var pipeline = new TextToImagePipeline(_model);
        ImageRequest own = new("a cat", new NoiseKey(7, "cat")) { NegativePrompt = "dog" },
            common = new("a cat", new NoiseKey(7, "cat"));
        var mixed = pipeline.Generate([own, common], s_options);
        Assert.NotEqual(TestImages.Bytes(mixed[0]), TestImages.Bytes(mixed[1]));
        Assert.Equal(TestImages.Bytes(pipeline.Generate([own], s_options)[0]),
            TestImages.Bytes(pipeline.Generate([common], s_options with { NegativePrompt = "dog" })[0]));
    }

    [Fact]
    public void A_prompt_can_be_asked_for_several_times()
    {
        var requests = new ImageRequest("a cat", new NoiseKey(7, "cat", 5)).Repeat(3);
        Assert.Equal([5, 6, 7], requests.Select(request => request.Key.Index));
        var images = new TextToImagePipeline(_model).Generate(requests, s_options);
        Assert.Equal(3, images.Select(TestImages.Bytes).Select(Convert.ToHexString).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => requests[0].Repeat(0));
    }

    [Theory]
    [InlineData(10, 24)]
    [InlineData(16, 6)]
    public void Height_and_width_can_be_chosen(int height, int width)
    {
        var image = Assert.Single(
            new TextToImagePipeline(_model).Generate(
            [new("a cat", new NoiseKey(7, "cat"))], s_options with { Height = height, Width = width }));
        Assert.Equal((width, height), (image.Width, image.Height));
        var odd = Assert.Throws<ArgumentException>(
            () => new TextToImagePipeline(_model).Generate(
            [new("a cat", new NoiseKey(7, "cat"))], s_options with { Height = height + 1 }));
        Assert.Contains("multiples of 2", odd.Message);
    }

    [Fact]
    public void Sdxl_is_told_about_sizes_and_skips_layers()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        byte[] Bytes(SamplingOptions options) =>
            TestImages.Bytes(new TextToImagePipeline(model)
                .Generate([new("a cat", new NoiseKey(7, "cat"))], options)[0]);
        var plain = Bytes(s_options);
        Assert.Equal(plain, Bytes(
            s_options with { SizeConditioning = SizeConditioning.Whole(model.ImageSize, model.ImageSize) }));
        Assert.NotEqual(plain, Bytes(
            s_options with { SizeConditioning = new SizeConditioning(500, 400, 16, 16, 100, 0) }));
        Assert.NotEqual(plain, Bytes(s_options with { ClipSkip = 1 }));
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
        Assert.ThrowsAny<OperationCanceledException>(
            () => pipeline.Generate([new("a", new NoiseKey(1, "a"))], s_options, progress,
                cancellationToken: cancellation.Token));
        Assert.Equal([new(1, 4), new(2, 4), new(3, 4)], seen);
    }

    [Fact]
    public void Misuse_and_overflow_are_said_clearly()
    {
        var pipeline = new TextToImagePipeline(_model);
        Assert.Throws<ArgumentException>(() => pipeline.Generate([], s_options));
        Assert.ThrowsAny<ArgumentException>(
            () => pipeline.Generate([new("a", new NoiseKey(1, "a"))], s_options with { Steps = 0 }));
        Assert.ThrowsAny<ArgumentException>(
            () => pipeline.Generate([new("a", new NoiseKey(1, "a"))], s_options with { GuidanceScale = double.NaN }));
        using var noise = zeros(1, 4, 8, 8);
        using var embeds = zeros(1, 8, TinyModels.TextWidth);
        var sampler = new LatentSampler(_model.UNet);
        var scheduler = new DdpmScheduler(_model.SchedulerConfig);
        Assert.Contains("negative prompt",
            Assert.Throws<ArgumentException>(
                () => sampler.Sample(scheduler, noise, new Conditioning { PromptEmbeds = embeds }, s_options)).Message);
        Assert.Contains("noise",
            Assert.Throws<ArgumentException>(
                () => sampler.Sample(scheduler, noise, new Conditioning
                { PromptEmbeds = embeds, NegativePromptEmbeds = embeds }, s_options)).Message);
        using (no_grad()) _model.UNet.parameters().First().fill_(float.NaN);
        Assert.Contains("overflow",
            Assert.Throws<InvalidOperationException>(
                () => pipeline.Generate([new("a", new NoiseKey(1, "a"))], s_options)).Message);
    }

    [Fact]
    public void A_text_encoder_that_overflows_is_said_though_attention_hides_it()
    {
        using (no_grad()) _model.TextEncoder.parameters().First().fill_(float.NaN);
        var error = Assert.Throws<InvalidOperationException>(
            () => new TextToImagePipeline(_model).Generate([new("a", new NoiseKey(1, "a"))], s_options));
        Assert.Contains("text encoder", error.Message);
    }

    [Fact]
    public void Sampling_keeps_resident_memory_flat_and_leaves_no_tensor_behind() =>
        SampleManySteps(runs: 30, stepsARun: 20);

    [LongFact]
    public void Ten_thousand_steps_keep_resident_memory_flat() => SampleManySteps(runs: 200, stepsARun: 50);

    private void SampleManySteps(int runs, int stepsARun)
    {
        var pipeline = new TextToImagePipeline(_model, new DdimScheduler(_model.SchedulerConfig, eta: 1));
        var options = s_options with { Steps = stepsARun };
        using var scope = NewDisposeScope();
        ResidentMemory.AssertFlat(
            warmUpRounds: runs / 4, runs, megabytes: 16,
            round => Dispose(pipeline.Generate([new("a cat", new NoiseKey(7, "cat", round))], options)));
        Assert.Equal(0, scope.DisposablesCount);
    }

    private static void Dispose(IReadOnlyList<Image<Rgb24>> images)
    {
        foreach (var image in images) image.Dispose();
    }
}
