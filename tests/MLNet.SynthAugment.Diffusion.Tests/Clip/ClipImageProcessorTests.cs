using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Clip;

public sealed class ClipImageProcessorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("processor").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{ "size": 20, "crop_size": 16, "resample": 3, "do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "feature_extractor_type": "CLIPFeatureExtractor" }""")]
    [InlineData("""{ "size": { "shortest_edge": 20 }, "crop_size": { "height": 16, "width": 16 }, "resample": 3, "rescale_factor": 0.00392156862745098, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "do_convert_rgb": true }""")]
    public void Both_forms_of_the_file_are_read_and_written_back(string json)
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), json);
        var processor = ClipImageProcessor.FromFolder(_folder);
        Assert.Equal((new ClipResize(20), (16, 16)), (processor.Resize, processor.Crop!.Value));
        using var image = TestImages.Pattern(40, 31, 2);
        var first = processor.Preprocess([image]);
        Assert.Equal([1, 3, 16, 16], first.shape);
        Assert.InRange(first.abs().max().item<float>(), 0.5f, 1.0001f);
        processor.Save(_folder);
        Assert.True(Tensors.BitEqual(first, ClipImageProcessor.FromFolder(_folder).Preprocess([image])));
    }

    [Fact]
    public void Steps_can_be_switched_off()
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"),
            """{ "do_resize": false, "do_center_crop": false, "do_rescale": false, "do_normalize": false }""");
        using var image = TestImages.Pattern(5, 4, 2);
        var bytes = ClipImageProcessor.FromFolder(_folder).Preprocess([image]);
        Assert.Equal(image[3, 2].G, bytes[0, 1, 2, 3].item<float>(), 1e-3f);
    }

    [Theory]
    [InlineData("""{ "size": 0 }""", "1 to 16384")]
    [InlineData("""{ "size": { "longest_edge": 5 } }""", "'size'")]
    [InlineData("""{ "resample": 9 }""", "resample 9")]
    [InlineData("""{ "image_std": [1, 0, 1] }""", "'image_std'")]
    [InlineData("""{ "image_mean": "x" }""", "cannot be read")]
    [InlineData("[]", "not a JSON object")]
    public void Bad_files_are_refused(string json, string part)
    {
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), json);
        Assert.Contains(part, Assert.Throws<ModelFolderException>(
            () => ClipImageProcessor.FromFolder(_folder)).Message);
    }

    [Fact]
    public void Images_smaller_than_the_crop_are_refused()
    {
        using var image = TestImages.Pattern(5, 4, 2);
        Assert.Throws<ArgumentException>(() => (new ClipImageProcessor { Resize = null }).Preprocess([image]));
        Assert.Throws<ArgumentException>(() => new ClipImageProcessor().Preprocess([]));
    }
}
