using MLNet.SynthAugment.Diffusion.Pipelines;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public sealed class UpscalePipelineTests : IDisposable
{
    private static readonly UpscaleOptions s_options = new() { Steps = 3 };

    private readonly LatentDiffusionModel _model = TinyModelKinds.Create(TinyModelKinds.Upscaler);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(8, 8)]
    [InlineData(9, 7)]
    public void Images_grow_by_the_factor_of_the_autoencoder(int width, int height)
    {
        using var image = TestImages.Pattern(width, height, 1);
        using var made = Generate(image, s_options);
        Assert.Equal((2 * width, 2 * height), (made.Width, made.Height));
    }

    [Fact]
    public void Image_and_noise_level_take_part()
    {
        using Image<Rgb24> image = TestImages.Pattern(8, 8, 1), other = TestImages.Pattern(8, 8, 2);
        byte[] Bytes(Image<Rgb24> shown, int level)
        {
            using var made = Generate(shown, s_options with { NoiseLevel = level });
            return TestImages.Bytes(made);
        }
        Assert.NotEqual(Bytes(image, 20), Bytes(other, 20));
        Assert.NotEqual(Bytes(image, 20), Bytes(image, 0));
    }

    [Theory]
    [InlineData(26)]
    [InlineData(1000)]
    [InlineData(-1)]
    public void A_noise_level_that_the_model_does_not_know_is_refused(int level)
    {
        using var image = TestImages.Pattern(8, 8, 1);
        Assert.Contains("NoiseLevel",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Generate(image, s_options with { NoiseLevel = level })).Message);
    }

    [Fact]
    public void A_size_cannot_be_asked_for()
    {
        using var image = TestImages.Pattern(8, 8, 1);
        Assert.Contains("Height",
            Assert.ThrowsAny<ArgumentException>(() => Generate(image, s_options with { Width = 64 })).Message);
    }

    private Image<Rgb24> Generate(Image<Rgb24> image, UpscaleOptions options) =>
        Assert.Single(new UpscalePipeline(_model).Generate([new("a cat", image, new NoiseKey(7, "c"))], options));
}
