using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// The <c>config.json</c> of a UNet. Defaults are those of diffusers for missing keys. Keys that are not listed here
/// are ignored, except that values which would change the arithmetic are refused by <see cref="Validate"/>.
/// </summary>
public sealed record UNet2DConditionConfig
{
    /// <summary>The class that diffusers builds from this file.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName => "UNet2DConditionModel";

    /// <summary>Height and width of the latents the model was trained on.</summary>
    public long SampleSize { get; init; } = 64;

    /// <summary>Channels of the input: 4 latents, more where an image or a mask is appended.</summary>
    public long InChannels { get; init; } = 4;

    /// <summary>Channels of the output.</summary>
    public long OutChannels { get; init; } = 4;

    /// <summary>Whether the input, taken to be in 0..1, is mapped to −1..1 first.</summary>
    public bool CenterInputSample { get; init; }

    /// <summary>Whether the cosines come first in the time embedding.</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Shift in the frequencies of the time embedding.</summary>
    public double FreqShift { get; init; }

    /// <summary><c>CrossAttnDownBlock2D</c> or <c>DownBlock2D</c> for each level.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } =
        ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"];

    /// <summary>The kind of the middle block.</summary>
    public string MidBlockType { get; init; } = "UNetMidBlock2DCrossAttn";

    /// <summary><c>CrossAttnUpBlock2D</c> or <c>UpBlock2D</c> for each level, from the smallest image up.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } =
        ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Whether attention 1 of a level attends to the text too.</summary>
    public OneOrMany<bool> OnlyCrossAttention { get; init; } = false;

    /// <summary>Channels of each level.</summary>
    public IReadOnlyList<long> BlockOutChannels { get; init; } = [320, 640, 1280, 1280];

    /// <summary>Residual blocks of each level on the way down; one more on the way up.</summary>
    public OneOrMany<int> LayersPerBlock { get; init; } = 2;

    /// <summary>Padding of the down-sampling convolutions.</summary>
    public long DownsamplePadding { get; init; } = 1;

    /// <summary>What the middle block's residual sums are divided by.</summary>
    public double MidBlockScaleFactor { get; init; } = 1;

    /// <summary>The activation.</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Groups of the group normalisations.</summary>
    public long NormNumGroups { get; init; } = 32;

    /// <summary>Epsilon of the group normalisations outside the transformers.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Width of the text embeddings.</summary>
    public OneOrMany<long> CrossAttentionDim { get; init; } = 1280L;

    /// <summary>Transformer blocks in each attention of a level.</summary>
    public OneOrMany<int> TransformerLayersPerBlock { get; init; } = 1;

    /// <summary>
    /// Despite its name the <em>number of heads</em> of a level, where <see cref="NumAttentionHeads"/> is missing.
    /// </summary>
    public OneOrMany<long> AttentionHeadDim { get; init; } = 8L;

    /// <summary>Number of heads of a level.</summary>
    public OneOrMany<long>? NumAttentionHeads { get; init; }

    /// <summary>Whether the transformers' projections are linear layers instead of 1×1 convolutions.</summary>
    public bool UseLinearProjection { get; init; }

    /// <summary>Whether attention scores are computed in float32 in a half-precision model.</summary>
    public bool UpcastAttention { get; init; }

    /// <summary>Null, <c>timestep</c>, <c>identity</c>, <c>projection</c> or <c>simple_projection</c>.</summary>
    public string? ClassEmbedType { get; init; }

    /// <summary>Number of classes, where <see cref="ClassEmbedType"/> is null.</summary>
    public long? NumClassEmbeds { get; init; }

    /// <summary>Width of the class labels or, with <see cref="AdditionEmbedType"/>, of the added embeddings.</summary>
    public long? ProjectionClassEmbeddingsInputDim { get; init; }

    /// <summary>Null or <c>text_time</c> (SDXL).</summary>
    public string? AdditionEmbedType { get; init; }

    /// <summary>Width of the embedding of each added time id.</summary>
    public long? AdditionTimeEmbedDim { get; init; }

    /// <summary>How the time embedding enters the residual blocks; only <c>default</c> (added) is supported.</summary>
    public string ResnetTimeScaleShift { get; init; } = "default";

    /// <summary>What the residual sums outside the middle block are divided by.</summary>
    public double ResnetOutScaleFactor { get; init; } = 1;

    /// <summary>Width of the time embedding; four times the first level if missing.</summary>
    public long? TimeEmbeddingDim { get; init; }

    /// <summary>The kind of time embedding; only <c>positional</c> is supported.</summary>
    public string TimeEmbeddingType { get; init; } = "positional";

    /// <summary>Not supported: two transformers side by side.</summary>
    public bool DualCrossAttention { get; init; }

    /// <summary>Not supported: class embedding concatenated to the time embedding.</summary>
    public bool ClassEmbeddingsConcat { get; init; }

    /// <summary>Not supported: a projection of the text embeddings.</summary>
    public long? EncoderHidDim { get; init; }

    /// <summary>Not supported: a guidance embedding.</summary>
    public long? TimeCondProjDim { get; init; }

    /// <summary>Not supported: a normalisation of the text inside attention.</summary>
    public string? CrossAttentionNorm { get; init; }

    /// <summary>Not supported: how the text embeddings are projected.</summary>
    public string? EncoderHidDimType { get; init; }

    /// <summary>Not supported but for <c>default</c>: attention with layout boxes.</summary>
    public string AttentionType { get; init; } = "default";

    /// <summary>Not supported: a middle block that attends to the text alone.</summary>
    public bool MidBlockOnlyCrossAttention { get; init; }

    /// <summary>Not supported: the time embedding without activation in the residual blocks.</summary>
    public bool ResnetSkipTimeAct { get; init; }

    /// <summary>Not supported: an activation after the time embedding.</summary>
    public string? TimeEmbeddingActFn { get; init; }

    /// <summary>Not supported: an activation after the time embedding's second layer.</summary>
    public string? TimestepPostAct { get; init; }

    /// <summary>Not supported: other numbers of transformer blocks on the way up.</summary>
    public JsonNode? ReverseTransformerLayersPerBlock { get; init; }

    /// <summary>Kernel of the first convolution.</summary>
    public long ConvInKernel { get; init; } = 3;

    /// <summary>Kernel of the last convolution.</summary>
    public long ConvOutKernel { get; init; } = 3;

    /// <summary>Checks that the values describe a model that can be built.</summary>
    /// <exception cref="ModelFolderException">A value is out of range or not supported; the message names its
    /// key.</exception>
    public void Validate()
    {
        var check = new ConfigCheck("UNet");
        var levels = BlockOutChannels.Count;
        check.Range("block_out_channels", levels, 1, 8);
        check.Each("down_block_types", DownBlockTypes, levels, type => type is "DownBlock2D" or "CrossAttnDownBlock2D");
        check.Each("up_block_types", UpBlockTypes, levels, type => type is "UpBlock2D" or "CrossAttnUpBlock2D");
        check.Supported("mid_block_type", MidBlockType, "UNetMidBlock2DCrossAttn");
        check.Range("sample_size", SampleSize, 1, 4096);
        check.Range("in_channels", InChannels, 1, 4096);
        check.Range("out_channels", OutChannels, 1, 4096);
        check.Range("downsample_padding", DownsamplePadding, 1, 1);
        check.Range("norm_num_groups", NormNumGroups, 1, 4096);
        check.Each("block_out_channels", BlockOutChannels, levels, channels => channels is > 0 and <= 16384
            && channels % NormNumGroups == 0);
        check.Each("layers_per_block", LayersPerBlock.ForBlocks(levels, "layers_per_block"), levels,
            count => count is > 0 and <= 64);
        check.Each("transformer_layers_per_block",
            TransformerLayersPerBlock.ForBlocks(levels, "transformer_layers_per_block"), levels,
                count => count is > 0 and <= 64);
        check.Each("cross_attention_dim", CrossAttentionDim.ForBlocks(levels, "cross_attention_dim"), levels,
            width => width is > 0 and <= 65536);
        var heads = Heads;
        for (var level = 0; level < levels; level++)
            check.Divides("attention_head_dim", heads[level], "block_out_channels", BlockOutChannels[level]);
        OnlyCrossAttention.ForBlocks(levels, "only_cross_attention");
        check.Supported("act_fn", ActFn, "silu", "swish");
        check.Supported("resnet_time_scale_shift", ResnetTimeScaleShift, "default");
        check.Supported("time_embedding_type", TimeEmbeddingType, "positional");
        check.Supported("class_embed_type", ClassEmbedType, null, "timestep", "identity", "projection",
            "simple_projection");
        check.Supported("addition_embed_type", AdditionEmbedType, null, "text_time");
        check.Supported("cross_attention_norm", CrossAttentionNorm, [null]);
        check.Supported("dual_cross_attention", DualCrossAttention, false);
        check.Supported("class_embeddings_concat", ClassEmbeddingsConcat, false);
        check.Supported("encoder_hid_dim", EncoderHidDim, [null]);
        check.Supported("encoder_hid_dim_type", EncoderHidDimType, [null]);
        check.Supported("time_cond_proj_dim", TimeCondProjDim, [null]);
        check.Supported("attention_type", AttentionType, "default");
        check.Supported("mid_block_only_cross_attention", MidBlockOnlyCrossAttention, false);
        check.Supported("resnet_skip_time_act", ResnetSkipTimeAct, false);
        check.Supported("time_embedding_act_fn", TimeEmbeddingActFn, [null]);
        check.Supported("timestep_post_act", TimestepPostAct, [null]);
        check.Neutral("reverse_transformer_layers_per_block", ReverseTransformerLayersPerBlock is null);
        check.Supported("conv_in_kernel", ConvInKernel, 1, 3, 5, 7);
        check.Supported("conv_out_kernel", ConvOutKernel, 1, 3, 5, 7);
        check.Positive("mid_block_scale_factor", MidBlockScaleFactor);
        check.Positive("resnet_out_scale_factor", ResnetOutScaleFactor);
        check.Positive("norm_eps", NormEps);
        check.Range("num_class_embeds", NumClassEmbeds ?? 1, 1, 1_000_000);
        check.Range("time_embedding_dim", TimeEmbeddingDim ?? 2, 2, 65536);
        if (ClassEmbedType is "projection" or "simple_projection" || AdditionEmbedType is not null)
            check.Range("projection_class_embeddings_input_dim", ProjectionClassEmbeddingsInputDim ?? 0, 1, 65536);
        if (AdditionEmbedType is not null)
            check.Range("addition_time_embed_dim", AdditionTimeEmbedDim ?? 0, 2, 65536);
    }

    internal IReadOnlyList<long> Heads =>
        (NumAttentionHeads ?? AttentionHeadDim).ForBlocks(BlockOutChannels.Count, "attention_head_dim");

    internal long TimeEmbeddingWidth => TimeEmbeddingDim ?? BlockOutChannels[0] * 4;
}
