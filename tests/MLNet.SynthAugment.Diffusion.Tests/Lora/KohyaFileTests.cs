using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Lora.Formats;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Lora;

public sealed class KohyaFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"lora-{Guid.NewGuid():N}.safetensors");
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        File.Delete(_file);
    }

    /// <summary>
    /// Names of published SDXL files; its UNet has three levels of two layers, transformers on the lower two.
    /// </summary>
    [Theory]
    [InlineData("input_blocks_0_0", "conv_in")]
    [InlineData("input_blocks_2_0_emb_layers_1", "down_blocks.0.resnets.1.time_emb_proj")]
    [InlineData("input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv")]
    [InlineData("input_blocks_4_0_skip_connection", "down_blocks.1.resnets.0.conv_shortcut")]
    [InlineData("input_blocks_4_1_transformer_blocks_0_attn1_to_q", "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q")]
    [InlineData("input_blocks_5_1_proj_in", "down_blocks.1.attentions.1.proj_in")]
    [InlineData("input_blocks_6_0_op", "down_blocks.1.downsamplers.0.conv")]
    [InlineData("input_blocks_8_1_transformer_blocks_1_ff_net_0_proj", "down_blocks.2.attentions.1.transformer_blocks.1.ff.net.0.proj")]
    [InlineData("middle_block_0_in_layers_2", "mid_block.resnets.0.conv1")]
    [InlineData("middle_block_1_transformer_blocks_1_attn2_to_out_0", "mid_block.attentions.0.transformer_blocks.1.attn2.to_out.0")]
    [InlineData("middle_block_2_out_layers_3", "mid_block.resnets.1.conv2")]
    [InlineData("output_blocks_0_1_transformer_blocks_0_ff_net_2", "up_blocks.0.attentions.0.transformer_blocks.0.ff.net.2")]
    [InlineData("output_blocks_2_2_conv", "up_blocks.0.upsamplers.0.conv")]
    [InlineData("output_blocks_3_1_proj_out", "up_blocks.1.attentions.0.proj_out")]
    [InlineData("output_blocks_5_2_conv", "up_blocks.1.upsamplers.0.conv")]
    [InlineData("output_blocks_8_0_skip_connection", "up_blocks.2.resnets.2.conv_shortcut")]
    [InlineData("time_embed_0", "time_embedding.linear_1")]
    [InlineData("label_emb_0_2", "add_embedding.linear_2")]
    [InlineData("out_2", "conv_out")]
    [InlineData("down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_out_0", "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0")]
    public void Names_of_both_layouts_are_found_in_the_model(string kohya, string path)
    {
        using var unet = new UNet2DConditionModel(SmallSdxl());
        Assert.Equal("unet." + path, new ModuleNames(new LoraLayers(unet).ByPath.Keys).OfKohya("lora_unet_" + kohya));
    }

    [Fact]
    public void Every_layer_of_a_model_has_a_name_of_its_own_in_both_layouts()
    {
        using var unet = new UNet2DConditionModel(SmallSdxl());
        var paths = new LoraLayers(unet).ByPath.Keys.ToList();
        var layout = new OriginalLayout(paths.Select(path => path["unet.".Length..]));
        var original = paths.Select(path => layout.NameOf(path["unet.".Length..])?.Replace('.', '_')).ToList();
        Assert.DoesNotContain(null, original);
        Assert.Equal(paths.Count, original.Distinct().Count());
        Assert.Equal(paths.Count, paths.Select(path => path.Replace('.', '_')).Distinct().Count());
    }

    [Fact]
    public void Adapters_of_all_layers_with_alpha_keep_every_bit()
    {
        using var model = TinyModels.LatentDiffusion();
        var layers = new LoraLayers(model.UNet, model.TextEncoder);
        using var generator = new Generator(4, CPU);
        using var adapter = TinyModels.RandomAdapter(layers, layers.ByPath.Keys, generator, alpha: 0.3f);
        adapter.Save(_file, LoraFormat.Kohya);
        using var read = LoraAdapter.Load(_file, layers);
        Assert.Equal(layers.ByPath.Keys, read.Layers.Keys);
        Assert.All(adapter.Layers, layer =>
        {
            Assert.True(Tensors.BitEqual(layer.Value.A, read.Layers[layer.Key].A)
                && Tensors.BitEqual(layer.Value.B, read.Layers[layer.Key].B));
            Assert.Equal(0.3f, read.Layers[layer.Key].Alpha);
        });
        Assert.Contains("lora_unet_down_blocks_0_resnets_0_time_emb_proj.alpha", Names());
        Assert.Contains("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", Names());
    }

    [Fact]
    public void Two_text_encoders_are_numbered()
    {
        using var model = TinyModels.LatentDiffusion();
        var layers = new LoraLayers(model.UNet, model.TextEncoder, model.TextEncoder);
        using var generator = new Generator(4, CPU);
        using var adapter = TinyModels.RandomAdapter(layers, layers.ByPath.Keys.Where(path => path.EndsWith("q_proj", StringComparison.Ordinal)), generator);
        adapter.Save(_file, LoraFormat.Kohya);
        Assert.Contains("lora_te1_text_model_encoder_layers_0_self_attn_q_proj.lora_up.weight", Names());
        Assert.Contains("lora_te2_text_model_encoder_layers_0_self_attn_q_proj.lora_up.weight", Names());
        using var read = LoraAdapter.Load(_file, layers);
        Assert.Equal(adapter.Layers.Keys, read.Layers.Keys);
        adapter.Save(_file, LoraFormat.Diffusers);
        Assert.Contains("text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.up.weight",
            Names());
    }

    [Fact]
    public void Half_precision_a_missing_alpha_and_an_alpha_of_zero_are_read()
    {
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        const string Query = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q", Key =
            "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_k";
        var (a, b) = (linspace(-1, 1, 64).reshape(4, 16), linspace(0, 2, 64).reshape(16, 4));
        Write(
            (Query + ".lora_down.weight", a.to(ScalarType.Float16)),
            (Query + ".lora_up.weight", b.to(ScalarType.BFloat16)),
            (Key + ".lora_down.weight", a), (Key + ".lora_up.weight", b), (Key + ".alpha", tensor(0f)));
        using var read = LoraAdapter.Load(_file, layers);
        Assert.All(read.Layers.Values,
            matrices => Assert.Equal((4f, ScalarType.Float32), (matrices.Alpha, matrices.A.dtype)));
        TensorAssert.Close(a, read.Layers.Values.Last().A, 1e-3);
        read.Save(_file, LoraFormat.Kohya, Precision.Float16);
        using var file = SafetensorsFile.Open(_file);
        Assert.Equal((ScalarType.Float16, ScalarType.Float32),
            (file.Tensors[Query + ".lora_down.weight"].Dtype, file.Tensors[Query + ".alpha"].Dtype));
    }

    [Fact]
    public void The_kernel_of_Tucker_form_becomes_part_of_the_down_matrix()
    {
        using var noGradient = no_grad();
        const string Layer = "lora_unet_down_blocks_0_resnets_0_conv1";
        var (down, mid, up) = (randn(2, 8, 1, 1), randn(2, 2, 3, 3), randn(8, 2, 1, 1));
        using var unet = TinyModels.UNet();
        Write((Layer + ".lora_down.weight", down), (Layer + ".lora_mid.weight", mid), (Layer + ".lora_up.weight", up));
        using var adapter = LoraAdapter.Load(_file, new LoraLayers(unet));
        var layer = new LoraCompatibleConv2d(
            8, 8, 3, new TensorPlacement(CPU, ScalarType.Float32), padding: 1, hasBias: false);
        layer.Weight.zero_();
        layer.Merge(new LoraLayerWeights(adapter.Layers.Values.Single().A, up, 1));
        var image = randn(1, 8, 5, 6);
        var expected = nn.functional.conv2d(
            nn.functional.conv2d(nn.functional.conv2d(image, down), mid, padding: [1, 1]), up);
        TensorAssert.CloseRelative(expected, layer.forward(image), 1e-5);

        Write((Layer + ".lora_down.weight", down), (Layer + ".lora_mid.weight", randn(2, 3, 3, 3)),
            (Layer + ".lora_up.weight", up));
        Assert.Contains(Layer, Assert.Throws<InvalidDataException>(
            () => LoraAdapter.Load(_file, new LoraLayers(unet))).Message);
    }

    [Fact]
    public void Projections_that_are_convolutions_in_one_model_and_linear_in_the_other_fit_both()
    {
        using var noGradient = no_grad();
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        const string Projection = "unet.mid_block.attentions.0.proj_in", Query =
            "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
        Assert.Equal((4, 2), (layers.ByPath[Projection].Weight.dim(), layers.ByPath[Query].Weight.dim()));
        var (a, b) = (randn(2, 16), randn(16, 2));
        using var adapter = new LoraAdapter(
        [
            KeyValuePair.Create(Projection, new LoraMatrices(a.clone(), b.clone(), 2)),
            KeyValuePair.Create(Query,
                new LoraMatrices(a.reshape(2, 16, 1, 1).clone(), b.reshape(16, 2, 1, 1).clone(), 2)),
        ]);
        var before = layers.ByPath[Projection].Weight.clone();
        var attached = RunWith(adapter.Attach(layers));
        using (adapter.Merge(layers)) TensorAssert.Close(b.matmul(a), (layers.ByPath[Projection].Weight - before).flatten(1), 1e-5);
        TensorAssert.Close(attached, RunWith(adapter.Merge(layers)), 1e-3);

        Tensor RunWith(IDisposable active)
        {
            using (active) return TinyModels.Run(unet);
        }
    }

    [Fact]
    public void Layers_that_the_model_lacks_are_named_and_may_be_ignored()
    {
        using var model = TinyModels.LatentDiffusion();
        var (both, onlyUNet) = (new LoraLayers(model.UNet, model.TextEncoder), new LoraLayers(model.UNet));
        using var adapter = TinyModels.RandomAdapter(both, seed: 5, includeTextEncoder: true);
        adapter.Save(_file, LoraFormat.Kohya);
        Assert.Contains("kohya", Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(_file)).Message);
        foreach (var format in LoraFormat.All)
        {
            adapter.Save(_file, format);
            var message = Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(_file, onlyUNet)).Message;
            Assert.Contains(format == LoraFormat.Kohya
                ? "lora_te_text_model_encoder_layers_0_self_attn_k_proj"
                    : "text_encoder.text_model.encoder.layers.0.self_attn.k_proj", message);
            using var rest = LoraAdapter.Load(_file, onlyUNet, ignoreUnknown: true);
            Assert.Equal(adapter.Layers.Keys.Where(path => path.StartsWith("unet.", StringComparison.Ordinal)),
                rest.Layers.Keys);
        }
        Write(("lora_unet_elsewhere.lora_down.weight", ones(2, 3)), ("lora_unet_elsewhere.lora_up.weight", ones(3, 2)));
        Assert.Contains("lora_unet_elsewhere",
            Assert.Throws<InvalidDataException>(() => LoraAdapter.Load(_file, both, ignoreUnknown: true)).Message);
    }

    [Fact]
    public void Metadata_are_kept_and_completed()
    {
        using var unet = TinyModels.UNet();
        var layers = new LoraLayers(unet);
        using var generator = new Generator(4, CPU);
        using var random = TinyModels.RandomAdapter(layers, ["unet.conv_in", "unet.mid_block.attentions.0.proj_in"], generator, alpha: 0.5f);
        using var adapter = new LoraAdapter(random.Layers, new Dictionary<string, string> { ["seed"] = "7", ["title"] = "tulips" });
        adapter.Save(_file, LoraFormat.Kohya);
        using var read = LoraAdapter.Load(_file, layers);
        Assert.Equal(
            ("networks.lora", "2", "0.5", """{"conv_dim":"2","conv_alpha":"0.5"}""", "7", "tulips"),
            (read.Metadata["ss_network_module"], read.Metadata["ss_network_dim"], read.Metadata["ss_network_alpha"],
                read.Metadata["ss_network_args"], read.Metadata["ss_seed"], read.Metadata["title"]));
    }

    private static UNet2DConditionConfig SmallSdxl() => new()
    {
        BlockOutChannels = [8, 16, 24],
        DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        TransformerLayersPerBlock = new OneOrMany<int>([1, 1, 2]),
        NormNumGroups = 4,
        AttentionHeadDim = 2L,
        CrossAttentionDim = 12L,
        UseLinearProjection = true,
        AdditionEmbedType = "text_time",
        AdditionTimeEmbedDim = 4,
        ProjectionClassEmbeddingsInputDim = 32,
    };

    private void Write(params (string Name, Tensor Value)[] tensors) =>
        SafetensorsWriter.Write(_file, tensors.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));

    private List<string> Names()
    {
        using var file = SafetensorsFile.Open(_file);
        return [.. file.Tensors.Keys];
    }
}
