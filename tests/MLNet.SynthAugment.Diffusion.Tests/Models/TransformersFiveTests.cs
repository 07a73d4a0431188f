using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Models;

/// <summary>Folders and adapters as transformers 5 writes them give what those of version 4 give.</summary>
public sealed class TransformersFiveTests : IDisposable
{
    private const string TextTower = "text_model.";

    private readonly string _folder = Directory.CreateTempSubdirectory("five-").FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    private string LoraFile => Path.Combine(_folder, "lora.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_model_with_a_flat_text_encoder_and_a_tokenizer_of_one_file_is_the_same_model()
    {
        using var model = TinyModels.LatentDiffusion();
        model.Save(_folder, Precision.Float32);
        TransformersFiveFolder.RewriteTokenizer(Path.Combine(_folder, "tokenizer"));
        TransformersFiveFolder.FlattenWeights(Path.Combine(_folder, "text_encoder"), TextTower);
        using var loaded = LatentDiffusionModel.Load(_folder);
        Assert.Equal(model.Tokenizer.EncodePadded("a cat, bd"), loaded.Tokenizer.EncodePadded("a cat, bd"));
        Assert.True(Tensors.BitEqual(model.TextEncoder.forward(Ids(model)), loaded.TextEncoder.forward(Ids(loaded))));
        // Adapters find its layers by the names that they always had.
        Assert.Superset(new LoraLayers(model).ByPath.Keys.ToHashSet(), LoraLayers.PathsIn(_folder).ToHashSet());

        static Tensor Ids(LatentDiffusionModel model) => tensor(model.Tokenizer.EncodePadded("a cat"), [1, 8]);
    }

    [Fact]
    public void Encoders_without_a_projection_load_with_and_without_the_tower()
    {
        using var noGradient = no_grad();
        using var model = TinyModels.LatentDiffusion();
        model.TextEncoder.Save(_folder, ScalarType.Float32);
        TransformersFiveFolder.FlattenWeights(_folder, TextTower);
        using (var text = ClipTextModel.FromFolder(_folder))
            Assert.True(Tensors.BitEqual(model.TextEncoder.forward(ones(1, 8, ScalarType.Int64)),
                text.forward(ones(1, 8, ScalarType.Int64))));

        using var vision = new ClipVisionModel(new ClipVisionConfig
        {
            Architectures = ["CLIPVisionModel"],
            HiddenSize = 8,
            IntermediateSize = 8,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            ImageSize = 8,
            PatchSize = 4,
        });
        vision.Save(_folder, ScalarType.Float32);
        TransformersFiveFolder.FlattenWeights(_folder, "vision_model.");
        using var flat = ClipVisionModel.FromFolder(_folder);
        Assert.True(Tensors.BitEqual(vision.Encode(ones(1, 3, 8, 8)).Pooled, flat.Encode(ones(1, 3, 8, 8)).Pooled));
    }

    [Fact]
    public void Weights_that_come_with_and_without_the_tower_are_refused()
    {
        using var model = TinyModels.LatentDiffusion();
        model.TextEncoder.Save(_folder, ScalarType.Float32);
        var path = Path.Combine(_folder, "model.safetensors");
        Dictionary<string, Tensor> tensors;
        using (var file = SafetensorsFile.Open(path))
            tensors = file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name));
        tensors.Add("final_layer_norm.bias", zeros(TinyModels.TextWidth));
        SafetensorsWriter.Write(path, tensors);
        Assert.Contains("Unexpected: ",
            Assert.Throws<ModelFolderException>(() => ClipTextModel.FromFolder(_folder)).Message);
    }

    [SharedFact]
    public void A_whole_CLIP_model_with_one_file_for_tokenizer_and_one_for_the_processor_is_the_same()
    {
        foreach (var file in new[] { "config.json", "model.safetensors" })
            File.Copy(SharedData.Golden("clip-full", file), Path.Combine(_folder, file));
        TinyModels.Tokenizer().Save(_folder);
        var resize = new ClipResize(ShortestEdge: 32);
        new ClipImageProcessor { Resize = resize, Crop = (32, 32), ImageMean = [0.1, 0.2, 0.3] }.Save(_folder);
        using var image = TestImages.Pattern(40, 37, 1);
        using var before = ClipEncoder.FromFolder(_folder);
        TransformersFiveFolder.RewriteTokenizer(_folder);
        TransformersFiveFolder.RewriteImageProcessor(_folder);
        using var after = ClipEncoder.FromFolder(_folder);
        Assert.True(Tensors.BitEqual(before.EncodeImages([image]), after.EncodeImages([image])));
        Assert.True(Tensors.BitEqual(before.EncodeTexts(["a cat"]), after.EncodeTexts(["a cat"])));
    }

    [Theory]
    [InlineData("text_encoder.", ".lora_A.weight", ".lora_B.weight", "text_encoder.")]
    [InlineData("text_encoder_2.", ".lora_A.weight", ".lora_B.weight", "text_encoder_2.")]
    [InlineData("base_model.model.", ".lora_A.weight", ".lora_B.weight", "text_encoder.")]
    [InlineData("", ".lora_A.weight", ".lora_B.weight", "text_encoder.")]
    [InlineData("text_encoder.", ".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight", "text_encoder.")]
    [InlineData("text_encoder.", ".lora.down.weight", ".lora.up.weight", "text_encoder.")]
    public void Adapters_without_the_tower_are_for_the_text_encoder(string root, string down, string up, string encoder)
    {
        const string Layer = "encoder.layers.0.self_attn.q_proj";
        foreach (var tower in new[] { "", TextTower })
        {
            Write((root + tower + Layer + down, ones(2, 3)), (root + tower + Layer + up, ones(4, 2)));
            using var adapter = LoraAdapter.Load(LoraFile);
            Assert.Equal([encoder + TextTower + Layer], adapter.Layers.Keys);
        }
    }

    [Fact]
    public void Old_names_of_attentions_without_the_tower_are_understood()
    {
        Write(("text_encoder.encoder.layers.0.self_attn.to_out_lora.down.weight", ones(2, 3)),
            ("text_encoder.encoder.layers.0.self_attn.to_out_lora.up.weight", ones(4, 2)));
        using var adapter = LoraAdapter.Load(LoraFile);
        Assert.Equal(["text_encoder.text_model.encoder.layers.0.self_attn.out_proj"], adapter.Layers.Keys);
    }

    [Theory]
    [InlineData("lora_te", "text_encoder.")]
    [InlineData("lora_te1", "text_encoder.")]
    [InlineData("lora_te2", "text_encoder_2.")]
    public void Kohyas_names_without_the_tower_are_understood(string name, string encoder)
    {
        string[] paths = ["text_encoder.text_model.encoder.layers.0.mlp.fc1",
            "text_encoder_2.text_model.encoder.layers.0.mlp.fc1"];
        foreach (var tower in new[] { "", "text_model_" })
        {
            Write(($"{name}_{tower}encoder_layers_0_mlp_fc1.lora_down.weight", ones(2, 3)),
                ($"{name}_{tower}encoder_layers_0_mlp_fc1.lora_up.weight", ones(4, 2)));
            using var adapter = LoraAdapter.Load(LoraFile, paths);
            Assert.Equal([encoder + "text_model.encoder.layers.0.mlp.fc1"], adapter.Layers.Keys);
        }
    }

    [Fact]
    public void Patterns_are_for_the_names_in_the_file()
    {
        Write(("base_model.model.encoder.layers.0.self_attn.q_proj.lora_A.weight", ones(2, 3)),
            ("base_model.model.encoder.layers.0.self_attn.q_proj.lora_B.weight", ones(4, 2)));
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"),
            """{"r": 2, "lora_alpha": 8, "alpha_pattern": {"^encoder\\.layers\\.0\\..*": 3}}""");
        using var adapter = LoraAdapter.Load(LoraFile);
        Assert.Equal(3, adapter.Layers.Values.Single().Alpha);
    }

    private void Write(params (string Name, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(LoraFile, tensors.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));
}
