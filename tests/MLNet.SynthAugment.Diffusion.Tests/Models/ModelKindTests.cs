using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Models;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Models;

/// <summary>Folders of every kind of model that is supported.</summary>
public sealed class ModelKindTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model").FullName;

    public static TheoryData<string> Kinds => [.. TinyModelKinds.All];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_saved_model_loads_with_all_its_parts(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModelKinds.Create(kind);
        model.Save(_folder, Precision.Float32);
        Assert.Equal(kind.Split(',')[0], (string?)Index()["_class_name"]);
        using var loaded = LatentDiffusionModel.Load(_folder);
        Assert.Equal(model.ContentHash, loaded.ContentHash);
        Assert.Equal(model.Modules.Select(module => module.GetType()),
            loaded.Modules.Select(module => module.GetType()));
        foreach (var (before, after) in model.Modules.Zip(loaded.Modules))
        {
            Assert.Equal(before.named_parameters().Select(entry => entry.name),
                after.named_parameters().Select(entry => entry.name));
            Assert.All(before.parameters().Zip(after.parameters()),
                pair => Assert.True(Tensors.BitEqual(pair.First, pair.Second)));
            Assert.All(after.parameters(), parameter => Assert.False(parameter.requires_grad));
        }
        Assert.Equal(model.LowResSchedulerConfig?.ToJson(), loaded.LowResSchedulerConfig?.ToJson());
        Assert.Equal(model.ImageNoisingSchedulerConfig?.ToJson(), loaded.ImageNoisingSchedulerConfig?.ToJson());
        Assert.Equal(model.ImageProcessor?.Resize, loaded.ImageProcessor?.Resize);
        Assert.Equal((model.MaxNoiseLevel, model.ForceZerosForEmptyPrompt, model.HasUnscaledImageLatents),
            (loaded.MaxNoiseLevel, loaded.ForceZerosForEmptyPrompt, loaded.HasUnscaledImageLatents));
    }

    [Theory]
    [InlineData(TinyModelKinds.Xl, "text_encoder_2")]
    [InlineData(TinyModelKinds.Xl, "tokenizer_2")]
    [InlineData(TinyModelKinds.Upscaler, "low_res_scheduler")]
    [InlineData(TinyModelKinds.UnClip, "image_encoder")]
    [InlineData(TinyModelKinds.UnClip, "image_normalizer")]
    [InlineData(TinyModelKinds.UnClip, "image_noising_scheduler")]
    public void A_missing_part_is_named(string kind, string part)
    {
        using (var model = TinyModelKinds.Create(kind))
            model.Save(_folder, Precision.Float32);
        Directory.Delete(Path.Combine(_folder, part), recursive: true);
        var message = Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(_folder)).Message;
        Assert.Contains($"{part} missing", message);
        Assert.Contains(kind, message);
    }

    [Fact]
    public void A_part_that_the_index_leaves_out_counts_as_missing()
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.Xl))
            model.Save(_folder, Precision.Float32);
        Rewrite("model_index.json", index => index["text_encoder"] = new JsonArray(null, null));
        Assert.Contains("text_encoder missing",
            Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(_folder)).Message);
    }

    [Fact]
    public void Parts_that_are_not_needed_are_passed_over_and_named()
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1))
            model.Save(_folder, Precision.Float32);
        Rewrite("model_index.json", index =>
        {
            index["_diffusers_version"] = "0.6.0";
            index["requires_safety_checker"] = true;
            index["safety_checker"] = new JsonArray("stable_diffusion", "StableDiffusionSafetyChecker");
            index["feature_extractor"] = new JsonArray("transformers", "CLIPFeatureExtractor");
        });
        var before = ModelFolder.Open(_folder).Hash();
        Directory.CreateDirectory(Path.Combine(_folder, "safety_checker"));
        File.WriteAllText(Path.Combine(_folder, "safety_checker", "pytorch_model.bin"), "");
        File.WriteAllText(Path.Combine(_folder, "safety_checker", "config.json"), "not even JSON");
        var sentences = new List<string>();
        using var loaded = LatentDiffusionModel.Load(_folder, new LoadOptions { Log = sentences.Add });
        Assert.Equal(2, sentences.Count(
            sentence => sentence.Contains("safety_checker") || sentence.Contains("feature_extractor")));
        Assert.Equal(before, loaded.ContentHash);
    }

    [Theory]
    [InlineData(TinyModelKinds.Xl, "text_encoder_2/model.safetensors")]
    [InlineData(TinyModelKinds.Xl, "tokenizer_2/merges.txt")]
    [InlineData(TinyModelKinds.UnClip, "image_normalizer/config.json")]
    [InlineData(TinyModelKinds.Upscaler, "low_res_scheduler/scheduler_config.json")]
    public void The_hash_covers_the_optional_parts(string kind, string file)
    {
        using (var model = TinyModelKinds.Create(kind))
            model.Save(_folder, Precision.Float32);
        var before = ModelFolder.Open(_folder).Hash();
        File.AppendAllText(Path.Combine(_folder, file), " ");
        Assert.NotEqual(before, ModelFolder.Open(_folder).Hash());
    }

    [Fact]
    public void Parts_that_do_not_fit_together_are_refused()
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.Xl))
            model.Save(_folder, Precision.Float32);
        Rewrite("model_index.json", index => index["_class_name"] = "StableDiffusionPipeline");
        Assert.Contains("32", Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(_folder)).Message);

        using var unclip = TinyModelKinds.Create(TinyModelKinds.UnClip);
        using var plain = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1);
        var message = Assert.Throws<ModelFolderException>(() => new LatentDiffusionModel(
            plain.Tokenizer, plain.TextEncoder, plain.Vae, plain.UNet, plain.SchedulerConfig, new OptionalModelParts
            { ImageEncoder = unclip.ImageEncoder })).Message;
        Assert.Contains("class labels", message);
        Assert.Contains("tokenizer_2", Assert.Throws<ModelFolderException>(() => new LatentDiffusionModel(
            plain.Tokenizer, plain.TextEncoder, plain.Vae, plain.UNet, plain.SchedulerConfig, new OptionalModelParts
            { TextEncoder2 = plain.TextEncoder })).Message);
    }

    [Fact]
    public void Adapters_reach_the_second_text_encoder()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        Assert.Contains("text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj",
            new Diffusion.Lora.LoraLayers(model).ByPath.Keys);
    }

    [Theory]
    [InlineData("mid_block_only_cross_attention", "true")]
    [InlineData("resnet_skip_time_act", "true")]
    [InlineData("attention_type", "\"gated\"")]
    [InlineData("time_cond_proj_dim", "256")]
    [InlineData("dual_cross_attention", "true")]
    [InlineData("encoder_hid_dim_type", "\"text_proj\"")]
    [InlineData("timestep_post_act", "\"silu\"")]
    [InlineData("reverse_transformer_layers_per_block", "[[1, 1], [2, 2]]")]
    [InlineData("class_embeddings_concat", "true")]
    public void UNet_settings_that_would_change_the_arithmetic_are_refused(string key, string value)
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion2))
            model.UNet.Save(_folder, ScalarType.Float32);
        Rewrite("config.json", config => config[key] = JsonNode.Parse(value));
        Assert.Contains($"'{key}'",
            Assert.Throws<ModelFolderException>(() => UNet2DConditionModel.FromFolder(_folder)).Message);
    }

    [Theory]
    [InlineData("latents_mean", "[0, 0, 0, 0]")]
    [InlineData("shift_factor", "0.1")]
    public void Autoencoder_settings_that_would_change_the_arithmetic_are_refused(string key, string value)
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion2))
            model.Vae.Save(_folder, ScalarType.Float32);
        Rewrite("config.json", config => config[key] = JsonNode.Parse(value));
        Assert.Contains($"'{key}'", Assert.Throws<ModelFolderException>(() => Autoencoder.Load(_folder)).Message);
    }

    [Fact]
    public void Text_encoders_of_another_kind_are_refused()
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.StableDiffusion1))
            model.Save(_folder, Precision.Float32);
        Rewrite("text_encoder/config.json", config => config["model_type"] = "t5");
        Assert.Contains("'t5'", Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(_folder)).Message);
    }

    private JsonObject Index() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "model_index.json")))!.AsObject();

    private void Rewrite(string file, Action<JsonObject> change)
    {
        var path = Path.Combine(_folder, file);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}
