using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

public sealed class LoraNamingTests : IDisposable
{
    private const string Query = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    private const string TextQuery = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj";

    private readonly string _folder = Directory.CreateTempSubdirectory("lora-").FullName;
    private readonly DisposeScope _scope = NewDisposeScope();

    private string LoraFile => Path.Combine(_folder, "adapter_model.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight", "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_B.weight", Query)]
    [InlineData("base_model.model.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight", "base_model.model.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_B.weight", Query)]
    [InlineData("base_model.model.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight", "base_model.model.text_model.encoder.layers.0.self_attn.q_proj.lora_B.weight", TextQuery)]
    [InlineData("mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight", "mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.up.weight", Query)]
    [InlineData("text_encoder.text_model.encoder.layers.0.self_attn.to_q_lora.down.weight", "text_encoder.text_model.encoder.layers.0.self_attn.to_q_lora.up.weight", TextQuery)]
    [InlineData("text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight", "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.up.weight", TextQuery)]
    public void Files_of_one_model_part_and_of_older_versions_are_understood(string down, string up, string path)
    {
        Write((down, ones(2, 3)), (up, ones(4, 2)));
        using var adapter = LoraAdapter.Load(LoraFile);
        Assert.Equal([path], adapter.Layers.Keys);
    }

    [Fact]
    public void Alphas_in_the_settings_of_PEFT_are_respected()
    {
        const string Down = "base_model.model.mid_block.to_q.lora_A.weight", Up =
            "base_model.model.mid_block.to_q.lora_B.weight";
        Write((Down, ones(4, 3)), (Up, ones(4, 4)));
        Assert.Equal(4, Alpha());
        Configure("""{"lora_alpha": 2}""");
        Assert.Equal(2, Alpha());
        Configure("""{"lora_alpha": 2, "use_rslora": true}""");
        Assert.Equal(4, Alpha());
        Configure("""{"lora_alpha": 2, "alpha_pattern": {"to_q": 3}}""");
        Assert.Equal(3, Alpha());
        Configure("[");
        Assert.Contains("adapter_config.json",
            Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(LoraFile)).Message);

        SafetensorsWriter.Write(
            LoraFile, [KeyValuePair.Create(Query + ".lora_A.weight", ones(4, 3)),
            KeyValuePair.Create(Query + ".lora_B.weight", ones(4, 4))],
            new Dictionary<string, string>
            { ["lora_adapter_metadata"] = """{"unet.lora_alpha": 8, "text_encoder.lora_alpha": 5}""" });
        Assert.Equal(8, Alpha());

        void Configure(string json) => File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), json);

        float Alpha()
        {
            using var adapter = LoraAdapter.Load(LoraFile);
            return adapter.Layers.Values.Single().Alpha;
        }
    }

    [Theory]
    [InlineData("lora_unet_x.dora_scale", "DoRA")]
    [InlineData("unet.x.to_q.lora_magnitude_vector", "DoRA")]
    [InlineData("lora_unet_x.hada_w1_a", "LoHa")]
    [InlineData("lora_unet_x.lokr_w2", "LoKr")]
    [InlineData("lora_unet_x.oft_blocks", "OFT")]
    [InlineData("lora_unet_x.a1.weight", "GLoRA")]
    [InlineData("lora_unet_x.diff", "full weight differences")]
    public void Adapters_that_are_no_LoRA_are_refused_by_the_name_of_their_kind(string name, string kind)
    {
        Write((Query + ".lora_A.weight", ones(2, 3)), (name, ones(2, 3)));
        var message = Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(LoraFile)).Message;
        Assert.Contains(kind, message);
        Assert.Contains(name, message);
    }

    [Fact]
    public void Mixed_and_unknown_names_are_refused_with_an_example_of_each()
    {
        Write((Query + ".lora_A.weight", ones(2, 3)), (Query + ".lora_B.weight", ones(2, 2)),
            ("lora_unet_x.lora_down.weight", ones(2, 3)), ("conv.weight", ones(1)));
        var message = Assert.Throws<InvalidDataException>(() => LoraAdapter.FormatOf(LoraFile)).Message;
        Assert.All(new[] { "2 as Peft names them", Query + ".lora_A.weight", "lora_unet_x.lora_down.weight",
            "1 unknown, such as conv.weight" }, part => Assert.Contains(part, message));
        Write(("unet.x.lora.down.weight", ones(2, 3)), ("unet.x.lora.up.weight", ones(3, 2)),
            ("x.lora.down.weight", ones(2, 3)), ("x.lora.up.weight", ones(3, 2)));
        Assert.Contains("two changes", Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(LoraFile)).Message);
        Write(("unet.x.lora.down.weight", ones(2, 3)), ("unet.x.lora.up.weight", ones(3, 2)),
            ("unet.x.alpha", ones(2)));
        Assert.Contains("unet.x.alpha", Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(LoraFile)).Message);
        Write(("unet.x.lora.down.weight", ones(2, 3)), ("unet.x.lora.up.weight", ones(3, 2)),
            ("unet.x.alpha", tensor(float.NaN)));
        Assert.Contains("unet.x.alpha", Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(LoraFile)).Message);
    }

    /// <summary>
    /// Valid files with names, shapes and types changed at random: they load, or are refused by a sentence.
    /// </summary>
    [Fact]
    public void Strange_files_never_do_more_than_be_refused()
    {
        var random = new Random(7);
        string[][] valid =
        [
            ["unet.x.to_q.lora_A.weight", "unet.x.to_q.lora_B.weight"],
            ["unet.x.to_q.lora.down.weight", "unet.x.to_q.lora.up.weight", "unet.x.to_q.alpha"],
            ["unet.x.processor.to_q_lora.down.weight", "unet.x.processor.to_q_lora.up.weight"],
            ["lora_unet_x_to_q.lora_down.weight", "lora_unet_x_to_q.lora_up.weight", "lora_unet_x_to_q.alpha",
                "lora_unet_x_to_q.lora_mid.weight"],
        ];
        long[][] shapes = [[2, 3, 1, 1], [4, 2, 1, 1], [], [2, 2, 3, 3]];
        ScalarType[] types = [ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64,
            ScalarType.Bool];
        var (loaded, refused) = (0, 0);
        for (var round = 0; round < 2000; round++)
        {
            using var scope = NewDisposeScope();
            var names = valid[random.Next(valid.Length)];
            var tensors = new Dictionary<string, Tensor>();
            for (var i = 0; i < names.Length; i++) tensors[Name(names[i])] =
                ones(Shape(shapes[i]), random.Next(6) == 0 ? types[random.Next(types.Length)] : ScalarType.Float32);
            SafetensorsWriter.Write(LoraFile, tensors);
            try
            {
                using var adapter = LoraAdapter.Load(LoraFile, ["unet.x.to_q", "text_encoder.x.to_q"], ignoreUnknown: random.Next(2) == 0);
                loaded++;
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(LoraFile, e.Message);
                refused++;
            }
        }
        Assert.True(loaded > 200 && refused > 200, $"{loaded} loaded, {refused} refused");

        string Name(string name) => random.Next(12) switch
        {
            0 => name.Remove(random.Next(name.Length), 1),
            1 => name.Insert(random.Next(name.Length), "."),
            2 => name.Replace("unet", "te"),
            3 => name.Replace("down", "up"),
            _ => name,
        };

        long[] Shape(long[] shape) => random.Next(12) switch
        {
            0 => [.. shape.Take(random.Next(shape.Length + 1))],
            1 => [.. shape.Select(_ => (long)random.Next(4))],
            2 => [.. shape, 2],
            _ => shape,
        };
    }

    [Fact]
    public void Attention_processors_have_no_names_for_other_layers()
    {
        using var adapter = new LoraAdapter([KeyValuePair.Create("unet.conv_in", new LoraMatrices(ones(1, 4, 3, 3), ones(8, 1, 1, 1), 1))]);
        Assert.Contains("unet.conv_in",
            Assert.Throws<InvalidOperationException>(
                () => adapter.Save(LoraFile, LoraFormat.AttentionProcessors)).Message);
        Assert.False(File.Exists(LoraFile));
        adapter.Save(LoraFile, LoraFormat.Diffusers);
        using var read = LoraAdapter.Load(LoraFile);
        Assert.Equal([1, 4, 3, 3], read.Layers["unet.conv_in"].A.shape);
    }

    [Fact]
    public void Module_paths_come_from_the_headers_of_a_model_folder()
    {
        using var model = TinyModels.LatentDiffusion();
        model.Save(_folder, Precision.Float32);
        Assert.Superset(new LoraLayers(model).ByPath.Keys.ToHashSet(), LoraLayers.PathsIn(_folder).ToHashSet());
    }

    private void Write(params (string Name, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(LoraFile, tensors.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));
}
