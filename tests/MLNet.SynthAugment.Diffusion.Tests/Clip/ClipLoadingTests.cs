using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Clip;

/// <summary>
/// Other ways to load CLIP give the same model; what it computes is checked by the golden runner's tests.
/// </summary>
public sealed class ClipLoadingTests
{
    private const double Tolerance = 5e-5;

    [SharedFact]
    public void Sizes_are_read_from_an_openai_file_without_a_config()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var options = new OpenClipOptions { HiddenAct = "gelu", TextHeads = 4, VisionHeads = 4 };
        using var model = ClipModel.FromFile(SharedData.Golden("clip-full", "model.openai_naming.safetensors"), options);
        AssertAgrees(model);
        var message = Assert.Throws<ModelFolderException>(
            () => ClipModel.FromFile(
            SharedData.Golden("clip-full", "model.openai_naming.safetensors"), new OpenClipOptions())).Message;
        Assert.Contains("number of heads", message);
    }

    [SharedFact]
    public void Open_clips_own_config_is_read()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var folder = Directory.CreateTempSubdirectory("open-clip").FullName;
        try
        {
            var file = Path.Combine(folder, "open_clip_model.safetensors");
            File.Copy(SharedData.Golden("clip-full", "model.openai_naming.safetensors"), file);
            File.WriteAllText(Path.Combine(folder, "config.json"), """{ "architecture": "vit_tiny" }""");
            File.WriteAllText(Path.Combine(folder, "open_clip_config.json"), """
                { "model_cfg": { "embed_dim": 24, "vision_cfg": { "image_size": 32, "layers": 2, "width": 32, "head_width": 8, "patch_size": 8 },
                  "text_cfg": { "context_length": 77, "vocab_size": 1000, "width": 32, "heads": 4, "layers": 2 } }, "preprocess_cfg": { "mean": [0.5, 0.5, 0.5] } }
                """);
            using (var model = ClipModel.FromFile(file))
                AssertAgrees(model);
            File.WriteAllText(Path.Combine(folder, "open_clip_config.json"),
                """{ "model_cfg": { "text_cfg": { "heads": "four" } } }""");
            Assert.Contains("open_clip_config.json cannot be read",
                Assert.Throws<ModelFolderException>(() => ClipModel.FromFile(file)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SharedFact]
    public void Parts_load_from_the_whole_models_folder()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var io = SharedData.Tensors("clip-full", "io.safetensors");
        using var vision = ClipVisionModel.FromFolder(SharedData.Golden("clip-full"));
        using var text = Diffusion.Clip.ClipTextModel.FromFolder(SharedData.Golden("clip-full"));
        TensorAssert.Close(io["image_features"], vision.forward(io["pixel_values"]), Tolerance, "image");
        var states = text.Encode(io["input_ids"]);
        TensorAssert.Close(io["text_features"], text.Project(text.Pool(states.LastHiddenState, io["input_ids"])),
            Tolerance, "text");
    }

    private static void AssertAgrees(ClipModel model)
    {
        var io = SharedData.Tensors("clip-full", "io.safetensors");
        var logits = model.LogitsPerImage(model.ImageFeatures(io["pixel_values"]), model.TextFeatures(io["input_ids"]));
        TensorAssert.Close(io["logits_per_image"], logits, 1e-4, "logits");
    }
}
