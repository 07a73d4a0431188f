using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion;

/// <summary>The parts of a text-to-image latent-diffusion model (Rombach et al. 2022), loaded and ready for use.</summary>
public sealed class LatentDiffusionModel : IDisposable
{
    private string? contentHash;

    /// <summary>Puts a model together from its parts, which it owns from then on.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="textEncoder">The text encoder.</param>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="unet">The noise predictor, on the same device and in the same precision as the others.</param>
    /// <param name="schedulerConfig">The noise schedule it was trained with.</param>
    /// <exception cref="ModelFolderException">The parts do not fit together.</exception>
    public LatentDiffusionModel(ClipTokenizer tokenizer, ClipTextModel textEncoder, AutoencoderKL vae, UNet2DConditionModel unet, SchedulerConfig schedulerConfig)
    {
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
        RequireFit();
    }

    /// <summary>Turns prompts into token ids.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>Turns token ids into what the UNet attends to.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>Goes between images and latents.</summary>
    public AutoencoderKL Vae { get; }

    /// <summary>Predicts the noise in latents.</summary>
    public UNet2DConditionModel UNet { get; }

    /// <summary>The noise schedule.</summary>
    public SchedulerConfig SchedulerConfig { get; }

    /// <summary>Where the model lives.</summary>
    public Device Device { get; }

    /// <summary>The precision it is held in.</summary>
    public Precision Precision { get; }

    /// <summary>Height and width in pixels of the images that the model was trained on.</summary>
    public int ImageSize => (int)(UNet.Config.SampleSize * Vae.ScaleFactor);

    /// <summary>The folder it was loaded from or saved to; null before.</summary>
    public string? Folder { get; private set; }

    /// <summary>
    /// SHA-256 over the folder's configs, tokenizer files and weight files, as hexadecimal digits; computed once, at the
    /// first call.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model was never loaded from a folder nor saved to one.</exception>
    public string ContentHash => contentHash ??= Folder is null
        ? throw new InvalidOperationException("A model that is not in a folder has no content hash; save it first.")
        : ModelFolder.Open(Folder).Hash();

    /// <summary>Loads a Stable Diffusion folder. The weights do not take gradients until they are told to.</summary>
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
            throw new InvalidOperationException("Precision Float16 needs a CUDA device: not every libtorch computes with it on the CPU. Use Float32 or BFloat16 there; weight files in half precision load all the same.");
        var files = ModelFolder.Open(folder);
        var dtype = options.Precision.ToScalarType();
        var parts = new List<nn.Module>();

        T LoadPart<T>(string path, Func<string, Device, ScalarType, T> load) where T : nn.Module
        {
            options.Log?.Invoke($"Loading {path} ({options.Precision}, {options.Device}).");
            var part = load(path, options.Device, dtype);
            parts.Add(part);
            ModuleWeights.SetTrainable(part, false);
            part.eval();
            return part;
        }

        try
        {
            return new LatentDiffusionModel(
                ClipTokenizer.FromFolder(files.Tokenizer),
                LoadPart(files.TextEncoder, (path, device, type) => ClipTextModel.FromFolder(path, device, type)),
                LoadPart(files.Vae, (path, device, type) => AutoencoderKL.FromFolder(path, device, type)),
                LoadPart(files.UNet, (path, device, type) => UNet2DConditionModel.FromFolder(path, device, type)),
                LoadSchedulerConfig(files.SchedulerConfig))
            {
                Folder = files.FullPath,
            };
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>Writes the model as a Stable Diffusion folder that diffusers reads too.</summary>
    /// <param name="folder">The folder; it is made if it is not there, and files in it are replaced.</param>
    /// <param name="precision">Precision of the weights in the files.</param>
    public void Save(string folder, Precision precision)
    {
        var files = ModelFolder.Create(folder);
        var dtype = precision.ToScalarType();
        Tokenizer.Save(files.Tokenizer);
        TextEncoder.Save(files.TextEncoder, dtype);
        Vae.Save(files.Vae, dtype);
        UNet.Save(files.UNet, dtype);
        AtomicFile.WriteText(files.SchedulerConfig, SchedulerConfig.ToJson() + "\n");
        files.WriteIndex(SchedulerConfig.ClassName, TextEncoder.Config.HasProjection ? ClipTextConfig.WithProjection : ClipTextConfig.WithoutProjection);
        Folder = files.FullPath;
        contentHash = null;
    }

    /// <summary>Frees the parts.</summary>
    public void Dispose()
    {
        TextEncoder.Dispose();
        Vae.Dispose();
        UNet.Dispose();
    }

    private static SchedulerConfig LoadSchedulerConfig(string path) => File.Exists(path)
        ? SchedulerConfig.Load(path)
        : throw new ModelFolderException($"There is no {path}.");

    private void RequireFit()
    {
        var text = TextEncoder.Config;
        if (Tokenizer.VocabularySize > text.VocabSize)
            throw new ModelFolderException($"The tokenizer has ids up to {Tokenizer.VocabularySize - 1}, but the text encoder knows only {text.VocabSize} tokens.");
        if (Tokenizer.Options.ModelMaxLength > text.MaxPositionEmbeddings)
            throw new ModelFolderException($"The tokenizer pads to {Tokenizer.Options.ModelMaxLength} tokens, but the text encoder takes {text.MaxPositionEmbeddings}.");
        var widths = UNet.Config.CrossAttentionDim.ForBlocks(UNet.Config.BlockOutChannels.Count, "cross_attention_dim");
        if (widths.Any(width => width != text.HiddenSize))
            throw new ModelFolderException($"The UNet attends to embeddings of width {widths.First(width => width != text.HiddenSize)}, but the text encoder gives {text.HiddenSize}.");
        if (UNet.Config.OutChannels != Vae.Config.LatentChannels)
            throw new ModelFolderException($"The UNet gives {UNet.Config.OutChannels} channels, but the autoencoder's latents have {Vae.Config.LatentChannels}.");
    }
}
