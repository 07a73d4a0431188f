using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>Loading by name and shape, from one file, from shards and from the half-precision variant.</summary>
public sealed class ModuleWeightsTests : IDisposable
{
    private const string Name = UNet2DConditionModel.WeightsName;
    private readonly string folder = Directory.CreateTempSubdirectory("weights").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_saved_model_loads_with_equal_values()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        unet.Save(folder, ScalarType.Float32);
        using var loaded = UNet2DConditionModel.FromFolder(folder);
        Assert.True(Tensors.BitEqual(TinyModels.Run(unet), TinyModels.Run(loaded)));
        Assert.Equal(unet.Config.BlockOutChannels, loaded.Config.BlockOutChannels);
        Assert.Equal(unet.Config.Heads, loaded.Config.Heads);
    }

    [Fact]
    public void Shards_and_the_half_precision_variant_load()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        unet.Save(folder, ScalarType.Float16);
        var tensors = ReadAll(Path.Combine(folder, Name + ".safetensors"));
        File.Move(Path.Combine(folder, Name + ".safetensors"), Path.Combine(folder, Name + ".fp16.safetensors"));
        using var variant = UNet2DConditionModel.FromFolder(folder);
        File.Delete(Path.Combine(folder, Name + ".fp16.safetensors"));

        var files = tensors.Select(
            (entry, i) => (entry.Key, File: $"{Name}-0000{1 + i % 2}-of-00002.safetensors", entry.Value)).ToList();
        foreach (var shard in files.GroupBy(entry => entry.File))
            SafetensorsWriter.Write(
                Path.Combine(folder, shard.Key), shard.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)));
        WriteIndex(files.ToDictionary(entry => entry.Key, entry => entry.File));
        using var sharded = UNet2DConditionModel.FromFolder(folder);
        Assert.True(Tensors.BitEqual(TinyModels.Run(variant), TinyModels.Run(sharded)));
    }

    [Fact]
    public void Misfits_are_listed_by_name_and_shape()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        unet.Save(folder, ScalarType.Float32);
        var path = Path.Combine(folder, Name + ".safetensors");
        var tensors = ReadAll(path);
        tensors.Remove("conv_in.bias");
        tensors["strange.weight"] = ones(1);
        tensors["conv_out.bias"] = ones(5);
        tensors["text_model.embeddings.position_ids"] = arange(3L);
        SafetensorsWriter.Write(path, tensors);
        var message = Assert.Throws<ModelFolderException>(() => UNet2DConditionModel.FromFolder(folder)).Message;
        Assert.Contains(path, message);
        Assert.Contains("Missing: conv_in.bias", message);
        Assert.Contains("Unexpected: strange.weight", message);
        Assert.Contains("conv_out.bias is [5] in the file, [4] by the config", message);
        Assert.DoesNotContain("position_ids", message);
    }

    [Fact]
    public void Pickle_files_are_refused_with_the_alternative()
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(folder, Name + ".bin"), "");
        var message = Assert.Throws<ModelFolderException>(() => UNet2DConditionModel.FromFolder(folder)).Message;
        Assert.Contains("pickle", message);
        Assert.Contains(Name + ".safetensors", message);
    }

    [Theory]
    [InlineData("model.ckpt", "")]
    [InlineData("model.pth", "{}")]
    [InlineData("model.PT", "x")]
    [InlineData("model.safetensors", "PK\u0003\u0004 archive/data.pkl")]
    public void A_pickle_file_given_as_a_path_is_refused_with_the_alternative(string name, string contents)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, contents);
        var message = Assert.Throws<SafetensorsException>(() => WeightFiles.OpenFile(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains("pickle", message);
        Assert.Contains("model.safetensors", message);
    }

    [Fact]
    public void A_pickle_file_given_as_a_model_is_refused_with_the_alternative()
    {
        var path = Path.Combine(folder, "v1-5-pruned.ckpt");
        File.WriteAllText(path, "");
        var message = Assert.Throws<ModelFolderException>(() => LatentDiffusionModel.Load(path)).Message;
        Assert.Contains("pickle", message);
        Assert.Contains("safetensors", message);
    }

    [Fact]
    public void An_absent_shard_is_named()
    {
        WriteIndex(new Dictionary<string, string> { ["x"] = "model-00001-of-00002.safetensors" });
        Assert.Contains("model-00001-of-00002.safetensors, which is not there",
            Assert.Throws<ModelFolderException>(() => WeightFiles.Open(folder, Name)).Message);
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("weights.bin")]
    public void An_index_does_not_lead_out_of_its_folder(string shard)
    {
        WriteIndex(new Dictionary<string, string> { ["x"] = shard });
        Assert.Contains(shard, Assert.Throws<ModelFolderException>(() => WeightFiles.Open(folder, Name)).Message);
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"in_channels": "four"}""", "in_channels")]
    [InlineData("""{"in_channels": 4, "in_channels": 5}""", "cannot be read")]
    [InlineData("""{"attention_head_dim": {}}""", "attention_head_dim")]
    public void A_broken_config_is_named(string json, string expected)
    {
        var path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, json);
        var message = Assert.Throws<ModelFolderException>(() => UNet2DConditionModel.FromFolder(folder)).Message;
        Assert.Contains(path, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Initial_values_depend_on_the_seed_only()
    {
        using var scope = NewDisposeScope();
        using var first = TinyModels.UNet();
        using var second = TinyModels.UNet();
        Assert.True(Tensors.BitEqual(TinyModels.Run(first), TinyModels.Run(second)));
        using var generator = new Generator(18, CPU);
        ParameterInitializer.Initialize(second, generator);
        Assert.False(Tensors.BitEqual(TinyModels.Run(first), TinyModels.Run(second)));
    }

    private static Dictionary<string, Tensor> ReadAll(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name));
    }

    private void WriteIndex(Dictionary<string, string> map) => File.WriteAllText(
        Path.Combine(folder, Name + ".safetensors.index.json"),
        System.Text.Json.JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = map }));
}
