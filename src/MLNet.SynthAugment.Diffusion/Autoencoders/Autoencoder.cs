using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// What goes between images and latents: <see cref="AutoencoderKL"/>, or <see cref="AutoencoderTiny"/> in its place.
/// </summary>
/// <param name="name">Name of the module.</param>
public abstract class Autoencoder(string name) : nn.Module(name)
{
    /// <summary>File name of the weights, without extension.</summary>
    public const string WeightsName = "diffusion_pytorch_model";

    /// <summary>Channels of the image that goes in.</summary>
    public abstract long ImageChannels { get; }

    /// <summary>Channels of the latents.</summary>
    public abstract long LatentChannels { get; }

    /// <summary>How many times smaller the latents are than the image, in height and in width.</summary>
    public abstract long ScaleFactor { get; }

    /// <summary>What latents are multiplied with for the UNet, and divided by before they are decoded.</summary>
    public abstract double ScalingFactor { get; }

    /// <summary>Loads the autoencoder whose class the folder's <c>config.json</c> names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where it shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit, or the class is not
    /// supported.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static Autoencoder Load(string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var path = Path.Combine(folder, ModelConfig.FileName);
        return ModelConfig.ClassName(ModelConfig.ReadObject(path)) switch
        {
            null or nameof(AutoencoderKL) => AutoencoderKL.FromFolder(folder, device, dtype),
            nameof(AutoencoderTiny) => AutoencoderTiny.FromFolder(folder, device, dtype),
            var other => throw new ModelFolderException(
                $"{path} describes the autoencoder {other}, which is not supported; {nameof(AutoencoderKL)} and "
                    + $"{nameof(AutoencoderTiny)} are."),
        };
    }

    /// <summary>Encodes images.</summary>
    /// <param name="image">[B, image channels, H, W], values −1 to 1.</param>
    /// <returns>The distribution of the latents, [B, latent channels, H/f, W/f] with f = <see cref="ScaleFactor"/>, not
    /// yet multiplied with the scaling factor.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or the image is too small.</exception>
    public abstract DiagonalGaussianDistribution Encode(Tensor image);

    /// <summary>Decodes latents.</summary>
    /// <param name="latents">[B, latent channels, h, w], already divided by the scaling factor.</param>
    /// <returns>Images [B, 3, h·f, w·f], values about −1 to 1.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public abstract Tensor Decode(Tensor latents);

    /// <summary>Writes <c>config.json</c> and the weights.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="dtype">Type of the weights in the file.</param>
    public abstract void Save(string folder, ScalarType dtype);

    private protected static void RequireLargeEnough(Tensor image, long least)
    {
        if (image.shape[2] < least || image.shape[3] < least)
            throw new ArgumentException(
                $"The images are {image.shape[3]}×{image.shape[2]} pixels, but this autoencoder needs at least "
                    + $"{least}×{least}.", nameof(image));
    }
}
