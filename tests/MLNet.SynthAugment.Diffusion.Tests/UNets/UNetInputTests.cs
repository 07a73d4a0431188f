using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.UNets;

/// <summary>Wrong inputs and configs end in sentences, never in a crash.</summary>
public sealed class UNetInputTests
{
    [Fact]
    public void Wrong_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var text = zeros(1, 3, TinyModels.TextWidth);
        var sample = zeros(1, 4, 8, 8);
        var time = tensor(5L);
        Assert.Contains("latents have shape [1, 3, 8, 8]", Message(() => unet.forward(zeros(1, 3, 8, 8), time, text)));
        Assert.Contains("text embeddings have shape [1, 3, 5]",
            Message(() => unet.forward(sample, time, zeros(1, 3, 5))));
        Assert.Contains("text embeddings have shape [2,",
            Message(() => unet.forward(sample, time, zeros(2, 3, TinyModels.TextWidth))));
        Assert.Contains("timesteps have shape [3]",
            Message(() => unet.forward(sample, tensor(new long[] { 1, 2, 3 }), text)));
    }

    [Fact]
    public void Missing_class_labels_are_asked_for()
    {
        using var scope = NewDisposeScope();
        using var unet = new UNet2DConditionModel(TinyModels.UNetConfig() with { NumClassEmbeds = 3 });
        Assert.Contains("ClassLabels",
            Message(() => unet.forward(zeros(1, 4, 8, 8), tensor(5L), zeros(1, 3, TinyModels.TextWidth))));
    }

    [Fact]
    public void Unsupported_config_values_name_their_key()
    {
        var config = TinyModels.UNetConfig();
        Assert.Contains("'act_fn'", Invalid(config with { ActFn = "mish" }));
        Assert.Contains("'norm_num_groups'", Invalid(config with { NormNumGroups = 0 }));
        Assert.Contains("'block_out_channels'", Invalid(config with { BlockOutChannels = [8, 15] }));
        Assert.Contains("'attention_head_dim'", Invalid(config with { AttentionHeadDim = 3L }));
        Assert.Contains("'down_block_types'", Invalid(config with { DownBlockTypes = ["DownBlock2D"] }));
        Assert.Contains("'layers_per_block'", Invalid(config with { LayersPerBlock = new OneOrMany<int>([1]) }));
        Assert.Contains("'projection_class_embeddings_input_dim'",
            Invalid(config with { ClassEmbedType = "projection" }));
    }

    [Fact]
    public void Modules_built_inside_a_scope_outlive_it()
    {
        UNet2DConditionModel unet;
        using (NewDisposeScope())
            unet = TinyModels.UNet();
        using (unet)
        using (NewDisposeScope())
            Assert.Equal(new long[] { 1, 4, 8, 8 }, TinyModels.Run(unet).shape);
    }

    [Fact]
    public void Changing_the_type_reaches_the_layers()
    {
        using var scope = NewDisposeScope();
        using var unet = TinyModels.UNet();
        var before = TinyModels.Run(unet);
        unet.to(ScalarType.BFloat16).to(ScalarType.Float32);
        Assert.All(unet.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        var after = TinyModels.Run(unet);
        var difference = (after - before).abs().max().item<float>();
        Assert.InRange(difference, 1e-7, 0.1);
    }

    private static string Message(Action act) => Assert.Throws<ArgumentException>(act).Message;

    private static string Invalid(UNet2DConditionConfig config) =>
        Assert.Throws<ModelFolderException>(() => new UNet2DConditionModel(config)).Message;
}
