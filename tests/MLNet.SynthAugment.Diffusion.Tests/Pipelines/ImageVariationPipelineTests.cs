using MLNet.SynthAugment.Diffusion.Pipelines;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Pipelines;

public sealed class ImageVariationPipelineTests : IDisposable
{
    private static readonly ImageVariationOptions s_options = new() { Steps = 3, GuidanceScale = 2 };

    private readonly LatentDiffusionModel _model = TinyModelKinds.Create(TinyModelKinds.UnClip);
    private readonly Image<Rgb24> _first = TestImages.Pattern(20, 14, 1);
    private readonly Image<Rgb24> _second = TestImages.Pattern(20, 14, 5);

    public void Dispose()
    {
        _model.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Image_prompt_and_noise_level_take_part()
    {
        var plain = Generate(new(_first, new NoiseKey(7, "c")));
        Assert.NotEqual(plain, Generate(new(_second, new NoiseKey(7, "c"))));
        Assert.NotEqual(plain, Generate(new(_first, new NoiseKey(7, "c")) { Prompt = "dog" }));
        Assert.NotEqual(plain, Generate(new(_first, new NoiseKey(7, "c", 1))));
        Assert.NotEqual(plain, Generate(new(_first, new NoiseKey(7, "c")), s_options with { ImageNoiseLevel = 900 }));
    }

    [Fact]
    public void Between_two_images_the_ends_are_the_images()
    {
        var mixed = new ImageVariationRequest(_first, new NoiseKey(7, "c")) { SecondImage = _second };
        TestImages.AssertClose(Generate(new(_first, new NoiseKey(7, "c"))), Generate(mixed with { Mix = 0 }));
        TestImages.AssertClose(Generate(new(_second, new NoiseKey(7, "c"))), Generate(mixed with { Mix = 1 }));
        Assert.NotEqual(Generate(mixed with { Mix = 0 }), Generate(mixed));
        Assert.Contains("Mix", Assert.Throws<ArgumentOutOfRangeException>(
            () => Generate(mixed with { Mix = 1.5 })).Message);
    }

    [Fact]
    public void A_noise_level_beyond_the_schedule_is_refused() =>
        Assert.Contains("0 to 999",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Generate(new(_first, new NoiseKey(7, "c")), s_options with { ImageNoiseLevel = 1000 })).Message);

    [Fact]
    public void Interpolation_follows_the_circle_and_is_straight_where_the_circle_has_no_room()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 2, 0 } }),
            tensor(new float[,] { { 0, 1 }, { 0, 1 }, { 4, 0 } }));
        var mixed = SphericalInterpolation.Between(first, second, tensor(new[] { 0.5f, 1f / 3, 0.5f }));
        var (half, third) = (MathF.Sqrt(0.5f), MathF.PI / 6);
        TensorAssert.Close(tensor(new[,] { { half, half }, { MathF.Cos(third), MathF.Sin(third) }, { 3, 0 } }), mixed,
            1e-6, "interpolated");
        Assert.Throws<ArgumentException>(() => SphericalInterpolation.Between(first, second, tensor(new[] { 0.5f })));
    }

    [Fact]
    public void Jitter_turns_embeddings_and_keeps_their_length()
    {
        using var scope = NewDisposeScope();
        var (embeddings, deviations) = (tensor(new float[,] { { 3, 4 }, { 0, 2 } }), tensor(new float[] { 1, 0 }));
        var moved = EmbeddingJitter.Apply(embeddings, deviations, tensor(new float[,] { { 1, 9 }, { -2, 9 } }));
        var root = MathF.Sqrt(2);
        TensorAssert.Close(tensor(new[,] { { 5 / root, 5 / root }, { -root, root } }), moved, 1e-6, "moved");
        TensorAssert.Close(embeddings, EmbeddingJitter.Apply(embeddings, zeros(2), ones(2, 2)), 1e-6, "unmoved");
        Assert.Throws<ArgumentException>(() => EmbeddingJitter.Apply(embeddings, ones(3), ones(2, 2)));
    }

    private byte[] Generate(ImageVariationRequest request, ImageVariationOptions? options = null)
    {
        using var made = Assert.Single(new ImageVariationPipeline(_model).Generate([request], options ?? s_options));
        return TestImages.Bytes(made);
    }
}
