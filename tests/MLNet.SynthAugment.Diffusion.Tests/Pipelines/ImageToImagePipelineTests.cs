using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public sealed class ImageToImagePipelineTests : IDisposable
{
    private static readonly ImageToImageOptions s_options = new() { Steps = 10, GuidanceScale = 1 };

    private readonly LatentDiffusionModel _model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.19, 1)]
    [InlineData(0.55, 5)]
    [InlineData(1, 10)]
    public void Strength_decides_how_many_of_the_steps_are_done(double strength, int done)
    {
        var progress = new List<SamplingProgress>();
        using var image = TestImages.Pattern(16, 16, 1);
        Generate(image, s_options with { Strength = strength }, progress: new Callback<SamplingProgress>(progress.Add))
            .Dispose();
        Assert.Equal(Enumerable.Range(1, done).Select(step => new SamplingProgress(step, done)), progress);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_strength_that_does_nothing_or_makes_no_sense_is_refused(double strength)
    {
        using var image = TestImages.Pattern(16, 16, 1);
        Assert.Contains("Strength",
            Assert.ThrowsAny<ArgumentException>(() => Generate(image, s_options with { Strength = strength })).Message);
    }

    [Fact]
    public void The_weaker_the_closer_to_the_image()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var image = TestImages.Pattern(16, 16, 1);
        var latents = _model.Vae.Encode(ImageTensors.ToTensor([image])).Mean;
        using var reconstructed = ImageTensors.ToImages(_model.Vae.Decode(latents))[0];
        double Distance(double strength)
        {
            using var made = Generate(image, s_options with { Strength = strength });
            return TestImages.Bytes(made).Zip(TestImages.Bytes(reconstructed))
                .Average(pair => Math.Abs(pair.First - pair.Second));
        }
        Assert.True(Distance(0.1) < Distance(1));
    }

    [Theory]
    [InlineData(16, 12, 16, 12)]
    [InlineData(17, 13, 16, 12)]
    [InlineData(5, 2, 4, 2)]
    public void Images_keep_their_size_but_for_what_the_autoencoder_cannot_do(
        int width, int height, int expectedWidth, int expectedHeight)
    {
        using var image = TestImages.Pattern(width, height, 1);
        using var made = Generate(image, s_options);
        Assert.Equal((expectedWidth, expectedHeight), (made.Width, made.Height));
    }

    [Fact]
    public void Images_of_several_sizes_come_to_one_that_is_asked_for()
    {
        var pipeline = new ImageToImagePipeline(_model);
        using Image<Rgb24> wide = TestImages.Pattern(40, 20, 1), high = TestImages.Pattern(9, 30, 2);
        ImageToImageRequest[] requests =
            [new("a", wide, new NoiseKey(1, "c")), new("a", high, new NoiseKey(1, "c", 1))];
        var made = pipeline.Generate(requests, s_options with { Height = 12, Width = 18, Fit = ImageFit.Crop });
        Assert.All(made, image => Assert.Equal((18, 12), (image.Width, image.Height)));
        Assert.Contains("Height and a Width",
            Assert.Throws<ArgumentException>(() => pipeline.Generate(requests, s_options)).Message);
        var oddSize = Assert.Throws<ArgumentException>(
            () => pipeline.Generate(requests, s_options with { Height = 13, Width = 18 })).Message;
        Assert.Contains("Height is 13", oddSize);
        Assert.Contains("12 or 14", oddSize);
        using var dot = TestImages.Pattern(1, 1, 1);
        Assert.Contains("too small", Assert.Throws<ArgumentException>(() => Generate(dot, s_options)).Message);
    }

    [Theory]
    [InlineData(nameof(Sampler.Pndm))]
    [InlineData(nameof(Sampler.Euler))]
    [InlineData(nameof(Sampler.EulerAncestral))]
    [InlineData(nameof(Sampler.DpmSolverPlusPlus2MKarras))]
    [InlineData(nameof(Sampler.DpmSolverPlusPlus2MSde))]
    [InlineData(nameof(Sampler.Ddpm))]
    public void Every_sampler_can_start_late_and_twice(string sampler)
    {
        using var image = TestImages.Pattern(16, 16, 1);
        var scheduler = Scheduler.Create(_model.SchedulerConfig.WithSampler(Sampler.Parse(sampler)));
        using var first = Generate(image, s_options with { Strength = 0.6 }, scheduler);
        using var second = Generate(image, s_options with { Strength = 0.6 }, scheduler);
        Assert.Equal(TestImages.Bytes(first), TestImages.Bytes(second));
    }

    [Fact]
    public void Two_images_are_mixed_by_their_shares_whatever_else_is_in_the_batch()
    {
        using Image<Rgb24> first = TestImages.Pattern(16, 16, 1), second = TestImages.Pattern(16, 16, 2);
        var pipeline = new ImageToImagePipeline(_model);
        var alone = new ImageToImageRequest("a cat", first, new NoiseKey(7, "c"));
        List<byte[]> Make(params ImageToImageRequest[] requests) =>
            [.. pipeline.Generate(requests, s_options with { Strength = 0.3 }).Select(image =>
        {
            using (image)
                return TestImages.Bytes(image);
        })];
        var half = alone with { SecondImage = second, Mix = 0.5 };
        var together = Make(alone, alone with { SecondImage = second, Mix = 0 }, half,
            alone with { SecondImage = second, Mix = 1 });
        Assert.Equal(together[0], together[1]);
        Assert.Equal(3, together.Skip(1).Select(Convert.ToHexString).Distinct().Count());
        Assert.InRange(Make(half)[0].Zip(together[2]).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 1);
        Assert.InRange(Make(alone)[0].Zip(together[0]).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 1);
        Assert.Contains("0 (the first image) to 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => Make(half with { Mix = 1.5 })).Message);
    }

    private Image<Rgb24> Generate(
        Image<Rgb24> image, ImageToImageOptions options, Scheduler? scheduler = null,
        IProgress<SamplingProgress>? progress = null) =>
        Assert.Single(new ImageToImagePipeline(_model, scheduler).Generate(
            [new("a cat", image, new NoiseKey(7, "c"))], options, progress));
}
