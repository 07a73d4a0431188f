using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>The <c>config.json</c> of an autoencoder. Defaults are those of diffusers for missing keys.</summary>
public sealed record AutoencoderKLConfig
{
    /// <summary>The class that diffusers builds from this file.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName => "AutoencoderKL";

    /// <summary>Channels of the image.</summary>
    public long InChannels { get; init; } = 3;

    /// <summary>Channels of the decoded image.</summary>
    public long OutChannels { get; init; } = 3;

    /// <summary><c>DownEncoderBlock2D</c> for each level.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } = ["DownEncoderBlock2D"];

    /// <summary><c>UpDecoderBlock2D</c> for each level.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } = ["UpDecoderBlock2D"];

    /// <summary>Channels of each level; every level but the last halves the image.</summary>
    public IReadOnlyList<long> BlockOutChannels { get; init; } = [64];

    /// <summary>Residual blocks of each level of the encoder; the decoder has one more.</summary>
    public int LayersPerBlock { get; init; } = 1;

    /// <summary>The activation.</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Channels of the latents.</summary>
    public long LatentChannels { get; init; } = 4;

    /// <summary>Groups of the group normalisations.</summary>
    public long NormNumGroups { get; init; } = 32;

    /// <summary>Height and width of the images the model was trained on.</summary>
    public long SampleSize { get; init; } = 32;

    /// <summary>What latents are multiplied with before diffusion, so that they have about unit variance.</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>Whether there is a 1×1 convolution after the encoder.</summary>
    public bool UseQuantConv { get; init; } = true;

    /// <summary>Whether there is a 1×1 convolution in front of the decoder.</summary>
    public bool UsePostQuantConv { get; init; } = true;

    /// <summary>Whether the middle blocks have an attention.</summary>
    public bool MidBlockAddAttention { get; init; } = true;

    /// <summary>
    /// Whether the model overflows in float16, so that pipelines with large latents hold it in float32.
    /// </summary>
    public bool ForceUpcast { get; init; } = true;

    /// <summary>Not supported: a shift of the latents beside the scaling.</summary>
    public double? ShiftFactor { get; init; }

    /// <summary>Not supported: a mean for each channel of the latents.</summary>
    public IReadOnlyList<double>? LatentsMean { get; init; }

    /// <summary>Not supported: a standard deviation for each channel of the latents.</summary>
    public IReadOnlyList<double>? LatentsStd { get; init; }

    /// <summary>Checks that the values describe a model that can be built.</summary>
    /// <exception cref="ModelFolderException">A value is out of range or not supported; the message names its
    /// key.</exception>
    public void Validate()
    {
        var check = new ConfigCheck("Autoencoder");
        var levels = BlockOutChannels.Count;
        check.Range("block_out_channels", levels, 1, 8);
        check.Each("down_block_types", DownBlockTypes, levels, type => type == "DownEncoderBlock2D");
        check.Each("up_block_types", UpBlockTypes, levels, type => type == "UpDecoderBlock2D");
        check.Range("in_channels", InChannels, 1, 4096);
        check.Range("out_channels", OutChannels, 1, 4096);
        check.Range("latent_channels", LatentChannels, 1, 4096);
        check.Range("layers_per_block", LayersPerBlock, 1, 64);
        check.Range("norm_num_groups", NormNumGroups, 1, 4096);
        check.Range("sample_size", SampleSize, 1, 65536);
        check.Each("block_out_channels", BlockOutChannels, levels, channels => channels is > 0 and <= 16384
            && channels % NormNumGroups == 0);
        check.Supported("act_fn", ActFn, "silu", "swish");
        check.Positive("scaling_factor", ScalingFactor);
        check.Supported("shift_factor", ShiftFactor, null, 0);
        check.Neutral("latents_mean", LatentsMean is null);
        check.Neutral("latents_std", LatentsStd is null);
    }
}
