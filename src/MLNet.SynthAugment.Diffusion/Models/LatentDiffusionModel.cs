using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Models;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// The parts of a text-to-image latent-diffusion model (Rombach et al. 2022), loaded and ready for use.
/// </summary>
public sealed class LatentDiffusionModel : IDisposable
{
    private readonly OptionalModelParts _optional;
    private string? _contentHash;

    /// <summary>Puts a model together from its parts, which it owns from then on.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="textEncoder">The text encoder.</param>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="unet">The noise predictor, on the same device and in the same precision as the others.</param>
    /// <param name="schedulerConfig">The noise schedule it was trained with.</param>
    /// <param name="optionalParts">What SDXL, Stable unCLIP and the upscaler have beside these; null for none.</param>
    /// <exception cref="ModelFolderException">The parts do not fit together.</exception>
    public LatentDiffusionModel(
        ClipTokenizer tokenizer, ClipTextModel textEncoder, Autoencoder vae, UNet2DConditionModel unet,
        SchedulerConfig schedulerConfig, OptionalModelParts? optionalParts = null)
    {
        _optional = optionalParts ?? new OptionalModelParts();
        Tokenizer = tokenizer;
        TextEncoder = textEncoder;
        Vae = vae;
        UNet = unet;
        SchedulerConfig = schedulerConfig;
        var weight = unet.parameters().First();
        Device = weight.device;
        Precision = weight.dtype switch
        {
            ScalarType.Float16 => Precision.Float16,
            ScalarType.BFloat16 => Precision.BFloat16,
            _ => Precision.Float32,
        };
        ModelFit.Require(this);
    }

    /// <summary>Turns prompts into token ids.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>Turns token ids into what the UNet attends to.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>Goes between images and latents.</summary>
    public Autoencoder Vae { get; }

    /// <summary>Predicts the noise in latents.</summary>
    public UNet2DConditionModel UNet { get; }

    /// <summary>The noise schedule.</summary>
    public SchedulerConfig SchedulerConfig { get; }

    /// <inheritdoc cref="OptionalModelParts.Tokenizer2"/>
    public ClipTokenizer? Tokenizer2 => _optional.Tokenizer2;

    /// <inheritdoc cref="OptionalModelParts.TextEncoder2"/>
    public ClipTextModel? TextEncoder2 => _optional.TextEncoder2;

    /// <inheritdoc cref="OptionalModelParts.ImageEncoder"/>
    public ClipVisionModel? ImageEncoder => _optional.ImageEncoder;

    /// <inheritdoc cref="OptionalModelParts.ImageProcessor"/>
    public ClipImageProcessor? ImageProcessor =>
        _optional.ImageProcessor ?? (ImageEncoder is null ? null : ClipImageProcessor.For(ImageEncoder.Config));

    /// <inheritdoc cref="OptionalModelParts.ImageNormalizer"/>
    public StableUnClipImageNormalizer? ImageNormalizer => _optional.ImageNormalizer;

    /// <inheritdoc cref="OptionalModelParts.ImageNoisingSchedulerConfig"/>
    public SchedulerConfig? ImageNoisingSchedulerConfig => _optional.ImageNoisingSchedulerConfig;

    /// <inheritdoc cref="OptionalModelParts.HasUnscaledImageLatents"/>
    public bool HasUnscaledImageLatents => _optional.HasUnscaledImageLatents;

    /// <inheritdoc cref="OptionalModelParts.LowResSchedulerConfig"/>
    public SchedulerConfig? LowResSchedulerConfig => _optional.LowResSchedulerConfig;

    /// <inheritdoc cref="OptionalModelParts.MaxNoiseLevel"/>
    public int MaxNoiseLevel => _optional.MaxNoiseLevel;

    /// <inheritdoc cref="OptionalModelParts.ForceZerosForEmptyPrompt"/>
    public bool ForceZerosForEmptyPrompt => _optional.ForceZerosForEmptyPrompt;

    /// <summary>All parts that have weights.</summary>
    public IReadOnlyList<nn.Module> Modules =>
        [.. new nn.Module?[] { UNet, TextEncoder, TextEncoder2, Vae, ImageEncoder,
            ImageNormalizer }.OfType<nn.Module>()];

    /// <summary>Where the model lives.</summary>
    public Device Device { get; }

    /// <summary>The precision it is held in.</summary>
    public Precision Precision { get; }

    /// <summary>Height and width in pixels of the images that the model was trained on.</summary>
    public int ImageSize => (int)(UNet.Config.SampleSize * Vae.ScaleFactor);

    /// <summary>The folder it was loaded from or saved to; null before.</summary>
    public string? Folder { get; internal set; }

    /// <summary>
    /// SHA-256 over the folder's configs, tokenizer files and weight files, as hexadecimal digits; computed once, at
    /// the first call.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model was never loaded from a folder nor saved to
    /// one.</exception>
    public string ContentHash => _contentHash ??= Folder is null
        ? throw new InvalidOperationException("A model that is not in a folder has no content hash; save it first.")
        : ModelFolder.Open(Folder).Hash();

    /// <summary>
    /// Loads the folder of a Stable Diffusion 1.x or 2.x, SDXL, inpainting, upscaler or Stable unCLIP model. The
    /// weights do not take gradients until they are told to.
    /// </summary>
    /// <param name="folder">The folder with <c>model_index.json</c>.</param>
    /// <param name="options">Device, precision and log; CPU and float32 if null.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit; the message names it.</exception>
    /// <exception cref="SafetensorsException">A weight file is damaged.</exception>
    /// <exception cref="InvalidOperationException">Float16 is asked for on the CPU.</exception>
    /// <exception cref="InvalidDataException">The scheduler's config is not valid.</exception>
    public static LatentDiffusionModel Load(string folder, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        if (options.Precision == Precision.Float16 && options.Device.type == DeviceType.CPU)
            throw new InvalidOperationException(
                "Precision Float16 needs a CUDA device: not every libtorch computes with it on the CPU. Use Float32 "
                    + "or BFloat16 there; weight files in half precision load all the same.");
        return new ModelLoader(ModelFolder.Open(folder), options).Load();
    }

    /// <summary>Writes the model as a Stable Diffusion folder that diffusers reads too.</summary>
    /// <param name="folder">The folder; it is made if it is not there, and files in it are replaced.</param>
    /// <param name="precision">Precision of the weights in the files.</param>
    public void Save(string folder, Precision precision)
    {
        Folder = ModelSaver.Save(this, folder, precision.ToScalarType());
        _contentHash = null;
    }

    /// <summary>Frees the parts.</summary>
    public void Dispose()
    {
        foreach (var module in Modules)
            module.Dispose();
    }
}
