using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Models;

public sealed class LatentDiffusionModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("model").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_saved_model_loads_and_has_a_stable_hash()
    {
        using var scope = NewDisposeScope();
        using var model = Tiny();
        Assert.Throws<InvalidOperationException>(() => model.ContentHash);
        model.Save(folder, Precision.Float32);
        var sentences = new List<string>();
        using var loaded = LatentDiffusionModel.Load(folder, new LoadOptions { Log = sentences.Add });
        Assert.Equal(3, sentences.Count);
        Assert.Equal(16, loaded.ImageSize);
        Assert.Equal(Precision.Float32, loaded.Precision);
        Assert.Equal(model.SchedulerConfig.BetaSchedule, loaded.SchedulerConfig.BetaSchedule);
        Assert.Equal(model.ContentHash, loaded.ContentHash);
        Assert.True(Tensors.BitEqual(TinyModels.Run(model.UNet), TinyModels.Run(loaded.UNet)));
        Assert.All(loaded.UNet.parameters(), parameter => Assert.False(parameter.requires_grad));
        var ids = tensor(loaded.Tokenizer.EncodePadded("ab")).reshape(1, -1);
        Assert.True(Tensors.BitEqual(model.TextEncoder.forward(ids), loaded.TextEncoder.forward(ids)));
        var latents = ones(1, 4, 8, 8);
        Assert.True(Tensors.BitEqual(model.Vae.Decode(latents), loaded.Vae.Decode(latents)));
    }

    [Fact]
    public void Any_changed_weight_changes_the_hash()
    {
        using var model = Tiny();
        model.Save(folder, Precision.Float32);
        var before = model.ContentHash;
        using (no_grad())
            model.Vae.parameters().Last().add_(1);
        model.Save(folder, Precision.Float32);
        Assert.NotEqual(before, model.ContentHash);
    }

    [Fact]
    public void Bfloat16_loads_and_runs()
    {
        using var scope = NewDisposeScope();
        using var model = Tiny();
        model.Save(folder, Precision.BFloat16);
        using var loaded = LatentDiffusionModel.Load(folder, new LoadOptions { Precision = Precision.BFloat16 });
        Assert.Equal(Precision.BFloat16, loaded.Precision);
        var output = TinyModels.Run(loaded.UNet);
        Assert.Equal(ScalarType.BFloat16, output.dtype);
        var reference = TinyModels.Run(model.UNet);
        var error = (output.to(ScalarType.Float32) - reference).abs().mean() / reference.abs().mean();
        Assert.InRange(error.item<float>(), 0, 0.1f);
    }

    [Fact]
    public void Float16_files_load_in_float32_and_not_in_float16_on_the_cpu()
    {
        using var scope = NewDisposeScope();
        using var model = Tiny();
        model.Save(folder, Precision.Float16);
        using var loaded = LatentDiffusionModel.Load(folder);
        var reference = TinyModels.Run(model.UNet);
        var error = (TinyModels.Run(loaded.UNet) - reference).abs().mean() / reference.abs().mean();
        Assert.InRange(error.item<float>(), 0, 0.01f);
        var refused = Assert.Throws<InvalidOperationException>(
            () => LatentDiffusionModel.Load(folder, new LoadOptions { Precision = Precision.Float16 }));
        Assert.Contains("BFloat16", refused.Message);
    }

    [Theory]
    [InlineData("model_index.json")]
    [InlineData("unet/config.json")]
    [InlineData("vae/diffusion_pytorch_model.safetensors")]
    [InlineData("tokenizer/merges.txt")]
    [InlineData("scheduler/scheduler_config.json")]
    public void A_missing_file_is_named(string file)
    {
        using (var model = Tiny())
            model.Save(folder, Precision.Float32);
        File.Delete(Path.Combine(folder, file));
        var message = Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(folder)).Message;
        Assert.Contains(Path.GetFileName(file), message);
        Assert.Contains(folder, message);
    }

    [Fact]
    public void Folders_that_are_no_models_are_refused()
    {
        Assert.Contains("no model folder",
            Assert.Throws<ModelFolderException>(
                () => LatentDiffusionModel.Load(Path.Combine(folder, "absent"))).Message);
        var file = Path.Combine(folder, "model.ckpt");
        File.WriteAllText(file, "");
        Assert.Contains("single checkpoint file",
            Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(file)).Message);
        File.WriteAllText(Path.Combine(folder, "model_index.json"), "{}");
        Assert.Contains("unet, vae, text_encoder, tokenizer, scheduler missing",
            Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(folder)).Message);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        var message = Assert.Throws<ModelFolderException>(() => Tiny(textWidth: 16)).Message;
        Assert.Contains("width 12", message);
        Assert.Contains("16", message);
    }

    private static LatentDiffusionModel Tiny(int textWidth = TinyModels.TextWidth)
    {
        string[] tokens = ["a", "b", "a</w>", "ab</w>", "b</w>", "<|startoftext|>", "<|endoftext|>"];
        var tokenizer = new ClipTokenizer(
            tokens.Select((token, id) => KeyValuePair.Create(token, (long)id)).ToDictionary(), [("a", "b</w>")],
            new ClipTokenizerOptions { ModelMaxLength = 8 });
        var text = new ClipTextModel(
            new ClipTextConfig
            {
                VocabSize = 7,
                HiddenSize = textWidth,
                IntermediateSize = 16,
                NumHiddenLayers = 1,
                NumAttentionHeads = 2,
                MaxPositionEmbeddings = 8
            });
        var vae = new AutoencoderKL(new AutoencoderKLConfig
        {
            BlockOutChannels = [8, 8],
            DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
            NormNumGroups = 4,
        });
        using var generator = new Generator(5, CPU);
        ParameterInitializer.Initialize(text, generator);
        ParameterInitializer.Initialize(vae, generator);
        return new LatentDiffusionModel(tokenizer, text, vae, TinyModels.UNet(), SchedulerConfig.StableDiffusion);
    }
}
