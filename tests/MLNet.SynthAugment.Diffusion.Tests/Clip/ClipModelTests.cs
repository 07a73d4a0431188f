using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Clip;

public sealed class ClipModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clip").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_model_loads_whole_and_in_parts()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = Tiny();
        model.Save(_folder, ScalarType.Float32);
        using var loaded = ClipModel.FromFolder(_folder);
        using var vision = ClipVisionModel.FromFolder(_folder);
        var images = linspace(-1, 1, 2 * 3 * 10 * 10).reshape(2, 3, 10, 10);
        var ids = tensor(new long[] { 5, 1, 6, 6 }).reshape(1, 4);
        Assert.True(Tensors.BitEqual(model.ImageFeatures(images), loaded.ImageFeatures(images)));
        Assert.True(Tensors.BitEqual(model.ImageFeatures(images), vision.forward(images)));
        Assert.True(Tensors.BitEqual(model.TextFeatures(ids), loaded.TextFeatures(ids)));
        Assert.Equal(2.6592f, loaded.LogitScale.item<float>(), 1e-4f);
        vision.Save(Path.Combine(_folder, "vision"), ScalarType.Float32);
        using var again = ClipVisionModel.FromFolder(Path.Combine(_folder, "vision"));
        Assert.True(Tensors.BitEqual(vision.forward(images), again.forward(images)));
    }

    [Fact]
    public void Older_configs_with_their_values_given_twice_are_read()
    {
        using var model = Tiny();
        model.Save(_folder, ScalarType.Float32);
        var path = Path.Combine(_folder, "config.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["vision_config_dict"] = json["vision_config"]!.DeepClone();
        json["vision_config"]!["hidden_size"] = 768;
        json["vision_config"]!["projection_dim"] = 77;
        json["text_config"]!["pad_token_id"] = null;
        File.WriteAllText(path, json.ToJsonString());
        using var loaded = ClipModel.FromFolder(_folder);
        Assert.Equal(8, loaded.Config.VisionConfig.HiddenSize);
        Assert.Equal(6, loaded.Vision.Config.ProjectionDim);
    }

    [Fact]
    public void Images_of_another_size_and_a_missing_projection_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new ClipVisionModel(VisionConfig() with { Architectures = ["CLIPVisionModel"] });
        Assert.Contains("[any, 3, 10, 10]",
            Assert.Throws<ArgumentException>(() => model.Encode(zeros(1, 3, 12, 10))).Message);
        Assert.Contains("no projection",
            Assert.Throws<InvalidOperationException>(() => model.Project(zeros(1, 8))).Message);
        Assert.DoesNotContain(model.named_parameters(),
            entry => entry.name.StartsWith("visual_projection", StringComparison.Ordinal));
        Assert.Contains("'patch_size'",
            Assert.Throws<ModelFolderException>(
                () => new ClipVisionModel(VisionConfig() with { PatchSize = 11 })).Message);
        using var whole = Tiny();
        Assert.Throws<ArgumentException>(() => whole.LogitsPerImage(zeros(1, 6), zeros(2, 5)));
        Assert.Throws<ArgumentException>(() => ClipModel.ContrastiveLoss(zeros(2, 3)));
    }

    [Fact]
    public void Weights_of_another_model_are_refused_by_name()
    {
        using var model = Tiny();
        model.Save(_folder, ScalarType.Float32);
        var path = Path.Combine(_folder, "config.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["vision_config"]!["intermediate_size"] = 17;
        File.WriteAllText(path, json.ToJsonString());
        Assert.Contains("mlp.fc1.weight",
            Assert.Throws<ModelFolderException>(() => ClipVisionModel.FromFolder(_folder)).Message);
        File.WriteAllText(path, "{}");
        Assert.Contains("whole CLIP model",
            Assert.Throws<ModelFolderException>(() => ClipModel.FromFolder(_folder)).Message);
    }

    private static ClipVisionConfig VisionConfig() => new()
    {
        HiddenSize = 8,
        IntermediateSize = 16,
        NumHiddenLayers = 2,
        NumAttentionHeads = 2,
        ImageSize = 10, // A row of pixels is left over.
        PatchSize = 3,
    };

    private static ClipModel Tiny()
    {
        var model = new ClipModel(new ClipConfig
        {
            ProjectionDim = 6,
            TextConfig = new ClipTextConfig
            {
                VocabSize = 7,
                HiddenSize = 12,
                IntermediateSize = 16,
                NumHiddenLayers = 1,
                NumAttentionHeads = 2,
                MaxPositionEmbeddings = 8,
                EosTokenId = 6
            },
            VisionConfig = VisionConfig(),
        });
        using var generator = new Generator(3, CPU);
        ParameterInitializer.Initialize(model, generator);
        return model;
    }
}
