using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// TAESD: a small autoencoder that was distilled from Stable Diffusion's (Bohan 2023), for previews and where the big
/// one is too slow. Parameter names are those of diffusers' AutoencoderTiny.
/// </summary>
public sealed class AutoencoderTiny : Autoencoder
{
    // The decoder saturates softly at this magnitude of a latent.
    private const double SaturationMagnitude = 3;

    private readonly AutoencoderTinyLayers encoder;
    private readonly AutoencoderTinyLayers decoder;
    private readonly TensorPlacement placement;

    /// <summary>Builds the model; its parameters have no values yet.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters and of its arithmetic.</param>
    /// <exception cref="ModelFolderException">The config is not supported; the message names the key.</exception>
    public AutoencoderTiny(AutoencoderTinyConfig config, Device? device = null,
        ScalarType dtype = ScalarType.Float32) : base(nameof(AutoencoderTiny))
    {
        config.Validate();
        Config = config;
        placement = new TensorPlacement(device ?? CPU, dtype);
        encoder = AutoencoderTinyLayers.Encoder(config, placement);
        decoder = AutoencoderTinyLayers.Decoder(config, placement);
        register_module("encoder", encoder);
        register_module("decoder", decoder);
    }

    /// <summary>The shape of the model.</summary>
    public AutoencoderTinyConfig Config { get; }

    /// <inheritdoc/>
    public override long ImageChannels => Config.InChannels;

    /// <inheritdoc/>
    public override long LatentChannels => Config.LatentChannels;

    /// <inheritdoc/>
    public override long ScaleFactor => 1L << (Config.EncoderBlockOutChannels.Count - 1);

    /// <inheritdoc/>
    public override double ScalingFactor => Config.ScalingFactor;

    /// <summary>Loads a model from a folder with <c>config.json</c> and safetensors weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static AutoencoderTiny FromFolder(
        string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var config = ModelConfig.Read<AutoencoderTinyConfig>(Path.Combine(folder, ModelConfig.FileName));
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return ModuleWeights.LoadInto(() => new AutoencoderTiny(config, device, dtype), weights);
    }

    /// <inheritdoc/>
    public override void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), Config);
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <summary>
    /// Encodes images; the distribution is a single point, since this encoder gives latents without a spread.
    /// </summary>
    /// <inheritdoc/>
    public override DiagonalGaussianDistribution Encode(Tensor image)
    {
        ShapeCheck.Require("images", image, ShapeCheck.Any, Config.InChannels, ShapeCheck.Any, ShapeCheck.Any);
        RequireLargeEnough(image, ScaleFactor);
        return DiagonalGaussianDistribution.Point(encoder.forward(image.to(placement.Dtype).Plus(1) / Kept(2)));
    }

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latents)
    {
        ShapeCheck.Require("latents", latents, ShapeCheck.Any, Config.LatentChannels, ShapeCheck.Any, ShapeCheck.Any);
        return decoder.forward((latents.to(placement.Dtype) / Kept(SaturationMagnitude)).tanh() * Kept(
            SaturationMagnitude)) * Kept(2) - Kept(1);
    }

    /// <summary>
    /// Encodes and decodes, with the latents rounded to a byte each between the two, as the forward pass of diffusers
    /// has it.
    /// </summary>
    /// <param name="image">[B, 3, H, W], values −1 to 1.</param>
    /// <returns>Images of the same shape where H and W are multiples of <see cref="ScaleFactor"/>.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public Tensor Reconstruct(Tensor image) =>
        Decode(UnscaleLatents((ScaleLatents(Encode(image).Mean) * Kept(byte.MaxValue)).round() / Kept(byte.MaxValue)));

    /// <summary>Maps latents to 0…1, as for storing them in a picture.</summary>
    /// <param name="latents">Latents of any shape; beyond ± <see cref="AutoencoderTinyConfig.LatentMagnitude"/> they
    /// are clamped.</param>
    public Tensor ScaleLatents(Tensor latents) =>
        (latents / Kept(2 * Config.LatentMagnitude)).Plus(Config.LatentShift).clamp(Kept(0), Kept(1));

    /// <summary>The inverse of <see cref="ScaleLatents"/>.</summary>
    /// <param name="scaled">Values 0 to 1 of any shape.</param>
    public Tensor UnscaleLatents(Tensor scaled) =>
        (scaled - Kept(Config.LatentShift)) * Kept(2 * Config.LatentMagnitude);
}
