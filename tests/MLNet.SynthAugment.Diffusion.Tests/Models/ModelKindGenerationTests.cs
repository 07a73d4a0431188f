using MLNet.SynthAugment.Diffusion.Pipelines;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Tests.Models;

/// <summary>Every kind of model folder, from the files to images.</summary>
public sealed class ModelKindGenerationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model").FullName;

    public static TheoryData<string> Kinds => [.. TinyModelKinds.All];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loaded_folder_makes_images_and_the_same_ones_again(string kind)
    {
        using (var model = TinyModelKinds.Create(kind))
            model.Save(_folder, Precision.Float32);
        using var loaded = LatentDiffusionModel.Load(_folder);
        using var picture = TestImages.Pattern(8, 8, 3);
        var images = Generate(kind, loaded, picture);
        var again = Generate(kind, loaded, picture);
        Assert.Equal(2, images.Count);
        Assert.All(images, image => Assert.Equal((16, 16), (image.Width, image.Height)));
        Assert.NotEqual(TestImages.Bytes(images[0]), TestImages.Bytes(images[1]));
        Assert.All(images.Zip(again),
            pair => Assert.Equal(TestImages.Bytes(pair.First), TestImages.Bytes(pair.Second)));
        foreach (var image in images.Concat(again))
            image.Dispose();
    }

    private static IReadOnlyList<Image<Rgb24>> Generate(string kind, LatentDiffusionModel model, Image<Rgb24> picture)
    {
        const int steps = 2;
        switch (kind)
        {
            case TinyModelKinds.Inpaint:
                using (var image = TestImages.Pattern(16, 16, 3))
                using (var mask = TestImages.Pattern(16, 16, 4))
                    return new InpaintPipeline(model).Generate(
                        [.. Indices.Select(index => new InpaintRequest("a b", image, mask,
                            new NoiseKey(5, "a", index)))],
                        new InpaintOptions { Steps = steps });
            case TinyModelKinds.Upscaler:
                return new UpscalePipeline(model).Generate(
                    [.. Indices.Select(index => new UpscaleRequest("a b", picture, new NoiseKey(5, "a", index)))],
                    new UpscaleOptions { Steps = steps, NoiseLevel = 20 });
            case TinyModelKinds.UnClip:
                return new ImageVariationPipeline(model).Generate(
                    [.. Indices.Select(index => new ImageVariationRequest(picture, new NoiseKey(5, "a", index)))],
                    new ImageVariationOptions { Steps = steps });
            default:
                return new TextToImagePipeline(model).Generate(
                    [.. Indices.Select(index => new ImageRequest("a b", new NoiseKey(5, "a", index)))],
                        new SamplingOptions
                        { Steps = steps });
        }
    }

    private static IEnumerable<int> Indices => Enumerable.Range(0, 2);
}
