using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

public sealed class LoraFileTests : IDisposable
{
    private const string Path1 = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"lora-{Guid.NewGuid():N}.safetensors");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        File.Delete(_file);
    }

    [SharedTheory]
    [InlineData("lora_peft", "Peft")]
    [InlineData("lora_diffusers", "Diffusers")]
    [InlineData("lora_attnprocs", "AttentionProcessors")]
    [InlineData("lora_kohya", "Kohya")]
    [InlineData("lora_kohya_alpha_half", "Kohya")]
    public void A_file_of_the_reference_survives_the_way_through_all_formats_bit_by_bit(string name, string formatName)
    {
        var format = LoraFormat.Named(formatName);
        var reference = SharedData.Golden("lora", name + ".safetensors");
        var model = ReferenceModules();
        Assert.Equal(format, LoraAdapter.FormatOf(reference));
        using var first = LoraAdapter.Load(reference, model);
        using var peft = LoraAdapter.Load(SharedData.Golden("lora", "lora_peft.safetensors"), model);
        Assert.All(peft.Layers, layer =>
            Assert.True(Tensors.BitEqual(layer.Value.A, first.Layers[layer.Key].A)
                && Tensors.BitEqual(layer.Value.B, first.Layers[layer.Key].B)));
        Assert.All(first.Layers.Values,
            matrices => Assert.Equal(name == "lora_kohya_alpha_half" ? 0.5f : 1, matrices.Scale));

        var adapter = first;
        foreach (var way in LoraFormat.All.Append(format))
        {
            adapter.Save(_file, way);
            Assert.Equal(way, LoraAdapter.FormatOf(_file));
            var next = LoraAdapter.Load(_file, model);
            if (adapter != first) adapter.Dispose();
            adapter = next;
        }
        using var last = adapter;
        using var expected = SafetensorsFile.Open(reference);
        using var written = SafetensorsFile.Open(_file);
        Assert.Equal(expected.Tensors.Keys.Order(), written.Tensors.Keys.Order());
        Assert.All(expected.Tensors.Keys,
            tensor => Assert.True(Tensors.BitEqual(expected.Read(tensor), written.Read(tensor))));
    }

    [Fact]
    public void A_scale_other_than_one_is_kept_although_the_format_has_no_place_for_it()
    {
        using var adapter = Adapter(alpha: 1, metadata: new() { ["steps"] = "7" });
        adapter.Save(_file);
        using var read = LoraAdapter.Load(_file);
        var (written, found) = (adapter.Layers[Path1], read.Layers[Path1]);
        TensorAssert.Close(written.Change(), found.Change(), 1e-7);
        Assert.Equal("7", read.Metadata["steps"]);
    }

    [Fact]
    public void Other_files_are_refused_by_a_sentence_that_names_file_and_tensor()
    {
        Write(("unet.x.lora.sideways.weight", ones(2, 3)));
        AssertRefused("unet.x.lora.sideways.weight");
        Write((Path1 + ".lora_A.weight", ones(2, 3)));
        AssertRefused(Path1 + " has no up (B) matrix");
        Write((Path1 + ".lora_A.weight", ones(2, 3)), (Path1 + ".lora_B.weight", ones(3, 5)));
        AssertRefused(Path1);
        Write((Path1 + ".lora_A.weight", ones(3)), (Path1 + ".lora_B.weight", tensor(1f)));
        AssertRefused(Path1);
        Write();
        AssertRefused("no LoRA adapter");
        File.WriteAllBytes(_file, new byte[5]);
        Assert.Throws<SafetensorsException>(() => LoraAdapter.Load(_file));
    }

    [Fact]
    public void Training_starts_from_gaussian_A_and_zero_B_and_from_the_seed_alone()
    {
        using var model = TinyModels.UNet();
        var layers = new LoraLayers(model);
        var paths = layers.TargetPaths(includeTextEncoder: false);
        using var first = Create(1);
        using var again = Create(1);
        using var other = Create(2);
        Assert.Equal(paths.Order(StringComparer.Ordinal), first.Layers.Keys);
        Assert.All(first.Layers.Values, matrices => Assert.Equal(0, matrices.B.abs().max().item<float>()));
        var drawn = cat([.. first.Layers.Values.Select(matrices => matrices.A.reshape(-1))]);
        // Standard deviation 1/rank = 0.125, estimated from n values to about ±3/√(2n).
        Assert.Equal(0.125, drawn.std().item<float>(), 0.125 * 3 / Math.Sqrt(2 * drawn.NumberOfElements));
        Assert.True(Tensors.BitEqual(first.Layers[paths[0]].A, again.Layers[paths[0]].A));
        Assert.False(Tensors.BitEqual(first.Layers[paths[0]].A, other.Layers[paths[0]].A));

        LoraAdapter Create(long seed)
        {
            using var generator = Noise.CreateGenerator(new NoiseKey(seed), "test");
            return LoraAdapter.Create(layers, paths, rank: 8, alpha: 8, generator);
        }
    }

    // As LoraLayers.PathsIn finds them, but the golden models lie in folders of their own.
    private static List<string> ReferenceModules()
    {
        using var unet = WeightFiles.Open(SharedData.Golden("unet-sd1"), "diffusion_pytorch_model");
        using var text = WeightFiles.Open(SharedData.Golden("clip-text-l"), "model");
        return [.. Modules("unet.", unet), .. Modules("text_encoder.", text)];

        static List<string> Modules(string prefix, WeightFiles weights) =>
            [.. weights.Names.Where(name => name.EndsWith(".weight", StringComparison.Ordinal))
                .Select(name => prefix + name[..^".weight".Length])];
    }

    private static LoraAdapter Adapter(float alpha, Dictionary<string, string>? metadata = null) =>
        new([KeyValuePair.Create(
            Path1, new LoraMatrices(linspace(-1, 1, 6).reshape(3, 2), linspace(0, 2, 12).reshape(4, 3), alpha))],
            metadata);

    private void Write(params (string Name, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(_file, tensors.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));

    private void AssertRefused(string named)
    {
        var message = Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(_file)).Message;
        Assert.Contains(_file, message);
        Assert.Contains(named, message);
    }
}
