using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>The <c>config.json</c> of a tiny autoencoder. Defaults are those of diffusers for missing keys.</summary>
public sealed record AutoencoderTinyConfig
{
    private const int MostLevels = 8;

    /// <summary>The class that diffusers builds from this file.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName => nameof(AutoencoderTiny);

    /// <summary>Channels of the image.</summary>
    public long InChannels { get; init; } = 3;

    /// <summary>Channels of the decoded image.</summary>
    public long OutChannels { get; init; } = 3;

    /// <summary>Channels of each level of the encoder, all equal; every level but the first halves the image.</summary>
    public IReadOnlyList<long> EncoderBlockOutChannels { get; init; } = [64, 64, 64, 64];

    /// <summary>
    /// Channels of each level of the decoder, all equal; every level but the last enlarges the image.
    /// </summary>
    public IReadOnlyList<long> DecoderBlockOutChannels { get; init; } = [64, 64, 64, 64];

    /// <summary>The activation inside the blocks.</summary>
    public string ActFn { get; init; } = "relu";

    /// <summary>How the decoder enlarges; only <c>nearest</c> is supported.</summary>
    public string UpsampleFn { get; init; } = "nearest";

    /// <summary>Channels of the latents.</summary>
    public long LatentChannels { get; init; } = 4;

    /// <summary>By how much a level of the decoder enlarges.</summary>
    public long UpsamplingScalingFactor { get; init; } = 2;

    /// <summary>Blocks of each level of the encoder.</summary>
    public IReadOnlyList<int> NumEncoderBlocks { get; init; } = [1, 3, 3, 3];

    /// <summary>Blocks of each level of the decoder.</summary>
    public IReadOnlyList<int> NumDecoderBlocks { get; init; } = [3, 3, 3, 1];

    /// <summary>Latents of ± this are mapped to 0…1 by <see cref="AutoencoderTiny.ScaleLatents"/>.</summary>
    public double LatentMagnitude { get; init; } = 3;

    /// <summary>What a latent of 0 is mapped to.</summary>
    public double LatentShift { get; init; } = 0.5;

    /// <summary>
    /// What latents are multiplied with before diffusion; it learnt the scaled latents of the big autoencoder, so this
    /// is 1.
    /// </summary>
    public double ScalingFactor { get; init; } = 1;

    /// <summary>Checks that the values describe a model that can be built.</summary>
    /// <exception cref="ModelFolderException">A value is out of range or not supported; the message names its
    /// key.</exception>
    public void Validate()
    {
        var check = new ConfigCheck("Tiny autoencoder");
        CheckLevels(check, "encoder", EncoderBlockOutChannels, NumEncoderBlocks);
        CheckLevels(check, "decoder", DecoderBlockOutChannels, NumDecoderBlocks);
        check.Range("in_channels", InChannels, 1, 4096);
        check.Range("out_channels", OutChannels, 1, 4096);
        check.Range("latent_channels", LatentChannels, 1, 4096);
        check.Range("upsampling_scaling_factor", UpsamplingScalingFactor, 1, 16);
        check.Supported("act_fn", ActFn, "relu", "silu", "swish", "gelu");
        check.Supported("upsample_fn", UpsampleFn, "nearest");
        check.Positive("latent_magnitude", LatentMagnitude);
        check.Positive("scaling_factor", ScalingFactor);
    }

    private static void CheckLevels(
        ConfigCheck check, string half, IReadOnlyList<long> channels, IReadOnlyList<int> blocks)
    {
        check.Range($"{half}_block_out_channels", channels.Count, 1, MostLevels);
        // A level hands its channels on as they are, so that other widths cannot be built.
        check.Each($"{half}_block_out_channels", channels, channels.Count, width => width is > 0 and <= 16384
            && width == channels[0]);
        check.Each($"num_{half}_blocks", blocks, channels.Count, count => count is >= 0 and <= 64);
    }
}
