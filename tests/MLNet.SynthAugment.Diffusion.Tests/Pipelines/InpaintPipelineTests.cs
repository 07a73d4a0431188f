using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public class InpaintPipelineTests
{
    [Theory]
    [InlineData(nameof(Sampler.Ddim), 1)]
    [InlineData(nameof(Sampler.Ddim), 0.5)]
    [InlineData(nameof(Sampler.Euler), 1)]
    [InlineData(nameof(Sampler.Pndm), 0.5)]
    [InlineData(nameof(Sampler.DpmSolverPlusPlus2M), 0.7)]
    public void A_plain_model_keeps_the_latents_outside_the_mask(string sampler, double strength)
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        using var scope = NewDisposeScope();
        var pipeline = new InpaintPipeline(model,
            Scheduler.Create(model.SchedulerConfig.WithSampler(Sampler.Parse(sampler))));
        var images = linspace(-1, 1, 3 * 12 * 16).reshape(1, 3, 12, 16);
        var masks = zeros(1, 1, 12, 16);
        masks.narrow(3, 8, 8).fill_(1);
        NoiseSource noise = RequestNoise.For([new("", new NoiseKey(1, "c"))], CPU);
        Tensor Sample(float text) =>
            pipeline.Sample(images, masks, new Conditioning
            { PromptEmbeds = full([1, 8, TinyModels.TextWidth], text) }, noise,
            new InpaintOptions { Steps = 10, Strength = strength, GuidanceScale = 1 });
        var (first, second) = (Sample(0.5f), Sample(-0.5f));
        using var noGradient = no_grad();
        var original = model.Vae.Encode(images)
            .Sample(noise(ImageToImagePipeline.ImageStream, [4, 6, 8])) * model.Vae.ScalingFactor;
        TensorAssert.Close(original.narrow(3, 0, 4), first.narrow(3, 0, 4), 1e-5, "the part that is kept");
        TensorAssert.Close(original.narrow(3, 0, 4), second.narrow(3, 0, 4), 1e-5, "the part that is kept");
        Assert.True((first - second).narrow(3, 4, 4).abs().max().item<float>() > 1e-3,
            "The prompt had no effect on the part that is painted.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    public void An_inpainting_model_sees_mask_and_image(double strength)
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Inpaint);
        var pipeline = new InpaintPipeline(model);
        Assert.True(pipeline.ShowsMaskToUNet);
        using Image<Rgb24> image = TestImages.Pattern(16, 12, 1), other = TestImages.Pattern(16, 12, 2),
            half = AnyPipeline.HalfMask(16, 12), black = new(16, 12);
        byte[] Generate(Image<Rgb24> shown, Image<Rgb24> mask)
        {
            using var made = Assert.Single(pipeline.Generate([new("a", shown, mask, new NoiseKey(1, "c"))],
                new InpaintOptions { Steps = 4, Strength = strength }));
            return TestImages.Bytes(made);
        }
        var plain = Generate(image, half);
        Assert.NotEqual(plain, Generate(other, half));
        Assert.NotEqual(plain, Generate(image, black));
    }

    [Fact]
    public void A_mask_is_rounded_at_half_white_and_resized_with_its_image()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        var pipeline = new InpaintPipeline(model);
        using Image<Rgb24> image = TestImages.Pattern(17, 13, 1), dark = Filled(17, 13, 127), black = new(17, 13),
            light = Filled(17, 13, 128), white = Filled(17, 13, 255);
        byte[] Generate(Image<Rgb24> mask)
        {
            using var made = Assert.Single(pipeline.Generate([new("a", image, mask, new NoiseKey(1, "c"))],
                new InpaintOptions { Steps = 3, GuidanceScale = 1 }));
            Assert.Equal((16, 12), (made.Width, made.Height));
            return TestImages.Bytes(made);
        }
        Assert.Equal(Generate(black), Generate(dark));
        Assert.Equal(Generate(white), Generate(light));
        Assert.NotEqual(Generate(black), Generate(white));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Inpaint);
        using Image<Rgb24> image = TestImages.Pattern(16, 12, 1), mask = new(12, 16);
        var message = Assert.Throws<ArgumentException>(
            () => new InpaintPipeline(model).Generate(
            [new("a", image, mask, new NoiseKey(1, "c"))], new InpaintOptions())).Message;
        Assert.Contains("12×16", message);
        Assert.Contains("16×12", message);
    }

    private static Image<Rgb24> Filled(int width, int height, byte level) =>
        Image.LoadPixelData<Rgb24>(
            [.. Enumerable.Repeat(new Rgb24(level, level, level), width * height)], width, height);
}
