using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// The variational autoencoder between images and latents (Rombach et al. 2022, section 3.1). Parameter names are those
/// of diffusers' AutoencoderKL; weight files with the older names of its attention load too.
/// </summary>
public sealed class AutoencoderKL : Autoencoder
{
    private readonly Encoder encoder;
    private readonly Decoder decoder;
    private readonly LoraCompatibleConv2d? quantConv;
    private readonly LoraCompatibleConv2d? postQuantConv;
    private readonly TensorPlacement placement;

    /// <summary>Builds the model; its parameters have no values yet.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters and of its arithmetic.</param>
    /// <exception cref="ModelFolderException">The config is not supported; the message names the key.</exception>
    public AutoencoderKL(AutoencoderKLConfig config, Device? device = null, ScalarType dtype = ScalarType.Float32)
        : base(nameof(AutoencoderKL))
    {
        config.Validate();
        Config = config;
        placement = new TensorPlacement(device ?? CPU, dtype);
        encoder = new Encoder(config, placement);
        decoder = new Decoder(config, placement);
        register_module("encoder", encoder);
        register_module("decoder", decoder);
        if (config.UseQuantConv)
        {
            quantConv = new LoraCompatibleConv2d(2 * config.LatentChannels, 2 * config.LatentChannels, 1, placement);
            register_module("quant_conv", quantConv);
        }
        if (config.UsePostQuantConv)
        {
            postQuantConv = new LoraCompatibleConv2d(config.LatentChannels, config.LatentChannels, 1, placement);
            register_module("post_quant_conv", postQuantConv);
        }
    }

    /// <summary>The shape of the model.</summary>
    public AutoencoderKLConfig Config { get; }

    /// <inheritdoc/>
    public override long ImageChannels => Config.InChannels;

    /// <inheritdoc/>
    public override long LatentChannels => Config.LatentChannels;

    /// <inheritdoc/>
    public override double ScalingFactor => Config.ScalingFactor;

    /// <inheritdoc/>
    public override long ScaleFactor => 1L << (Config.BlockOutChannels.Count - 1);

    /// <summary>
    /// How many pixels are decoded together, at least 1; rows of a batch beyond that are decoded one after the other
    /// (slicing), which changes rounding alone and bounds memory: about 3 KB a pixel for Stable Diffusion's
    /// autoencoder.
    /// </summary>
    public long PixelsAtOnce { get; set; } = 512 * 512;

    /// <summary>
    /// How images larger than a tile are decoded tile by tile, which is an approximation; null to decode them whole.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AutoencoderTiling? Tiling
    {
        get;
        set
        {
            value?.Validate();
            field = value;
        }
    }

    /// <summary>Loads a model from a folder with <c>config.json</c> and safetensors weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static AutoencoderKL FromFolder(string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return FromWeights(ModelConfig.Read<AutoencoderKLConfig>(Path.Combine(folder, ModelConfig.FileName)), weights,
            device, dtype);
    }

    /// <summary>Builds a model and fills it from open weight files.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="weights">The weights, in today's or in the older naming.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">The weights do not fit.</exception>
    public static AutoencoderKL FromWeights(
        AutoencoderKLConfig config, WeightFiles weights, Device? device = null,
        ScalarType dtype = ScalarType.Float32) =>
        ModuleWeights.LoadInto(() => new AutoencoderKL(config, device, dtype), weights);

    /// <inheritdoc/>
    public override void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), Config);
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <inheritdoc/>
    public override DiagonalGaussianDistribution Encode(Tensor image)
    {
        ShapeCheck.Require("images", image, ShapeCheck.Any, Config.InChannels, ShapeCheck.Any, ShapeCheck.Any);
        RequireLargeEnough(image, ScaleFactor);
        var moments = encoder.forward(image.to(placement.Dtype));
        return new DiagonalGaussianDistribution(quantConv?.forward(moments) ?? moments);
    }

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latents)
    {
        ShapeCheck.Require("latents", latents, ShapeCheck.Any, Config.LatentChannels, ShapeCheck.Any, ShapeCheck.Any);
        using var scope = NewDisposeScope();
        var size = Tiling is { } tiling && tiling.Applies(latents)
            ? tiling.TileSize * (long)tiling.TileSize : latents.shape[2] * latents.shape[3];
        var atOnce = Math.Max(1, PixelsAtOnce / (size * ScaleFactor * ScaleFactor));
        return cat([.. latents.split(atOnce).Select(DecodeTogether)]).MoveToOuterDisposeScope();
    }

    private Tensor DecodeTogether(Tensor latents) =>
        Tiling is { } tiling && tiling.Applies(latents)
            ? tiling.Decode(latents, ScaleFactor, DecodeWhole) : DecodeWhole(latents);

    private Tensor DecodeWhole(Tensor latents)
    {
        var input = latents.to(placement.Dtype);
        return decoder.forward(postQuantConv?.forward(input) ?? input);
    }
}
