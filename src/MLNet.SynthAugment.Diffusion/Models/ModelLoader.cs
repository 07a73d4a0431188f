using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Models;

/// <summary>
/// Loads the parts of a model folder one after the other; what is loaded is freed again if a later part fails.
/// </summary>
internal sealed class ModelLoader(ModelFolder folder, LoadOptions options)
{
    private readonly List<nn.Module> _loaded = [];

    internal LatentDiffusionModel Load()
    {
        foreach (var part in folder.IgnoredParts)
            options.Log?.Invoke($"Ignoring {part}, which {ModelIndex.FileName} names: it is not needed.");
        var dtype = options.Precision.ToScalarType();
        try
        {
            return new LatentDiffusionModel(
                ClipTokenizer.FromFolder(folder.Tokenizer),
                LoadModule(ModelPart.TextEncoder, dtype, ClipTextModel.FromFolder),
                LoadModule(ModelPart.Vae, AutoencoderType(dtype), Autoencoder.Load),
                LoadModule(ModelPart.UNet, dtype, UNet2DConditionModel.FromFolder),
                LoadSchedulerConfig(ModelPart.Scheduler),
                LoadOptionalParts(dtype))
            {
                Folder = folder.FullPath,
            };
        }
        catch
        {
            _loaded.ForEach(part => part.Dispose());
            throw;
        }
    }

    private OptionalModelParts LoadOptionalParts(ScalarType dtype) => new()
    {
        Tokenizer2 = IfThere(ModelPart.Tokenizer2, part => ClipTokenizer.FromFolder(folder.PathOf(part))),
        TextEncoder2 = IfThere(ModelPart.TextEncoder2, part => LoadModule(part, dtype, LoadWithProjection)),
        ImageEncoder = IfThere(ModelPart.ImageEncoder, part => LoadModule(part, dtype, ClipVisionModel.FromFolder)),
        ImageProcessor = IfThere(
            ModelPart.FeatureExtractor, part => ClipImageProcessor.FromFolder(folder.PathOf(part))),
        ImageNormalizer = IfThere(
            ModelPart.ImageNormalizer, part => LoadModule(part, dtype, StableUnClipImageNormalizer.FromFolder)),
        ImageNoisingSchedulerConfig = IfThere(ModelPart.ImageNoisingScheduler, LoadSchedulerConfig),
        HasUnscaledImageLatents = folder.Index?.PipelineClass == ModelSaver.InstructPix2Pix,
        LowResSchedulerConfig = IfThere(ModelPart.LowResScheduler, LoadSchedulerConfig),
        MaxNoiseLevel = folder.Index?.Number(ModelSaver.MaxNoiseLevel) ?? new OptionalModelParts().MaxNoiseLevel,
        ForceZerosForEmptyPrompt = folder.Index?.Flag(ModelSaver.ForceZerosForEmptyPrompt) ?? false,
    };

    private T? IfThere<T>(string part, Func<string, T> load) where T : class => folder.Has(part) ? load(part) : null;

    private T LoadModule<T>(
        string part, ScalarType dtype, Func<string, Device?, ScalarType, T> load) where T : nn.Module
    {
        var path = folder.PathOf(part);
        options.Log?.Invoke($"Loading {path} ({dtype}, {options.Device}).");
        var module = load(path, options.Device, dtype);
        _loaded.Add(module);
        ModuleWeights.SetTrainable(module, false);
        module.eval();
        return module;
    }

    // Some published configs name the class without projection, although the index and the weights have it.
    private static ClipTextModel LoadWithProjection(string path, Device? device, ScalarType dtype) =>
        ClipTextModel.FromFolder(
        path, ClipTextConfig.Read(
        Path.Combine(path, ModelConfig.FileName)) with
        { Architectures = [ClipTextConfig.WithProjection] }, device,
        dtype);

    // The autoencoders of SDXL and of the upscaler overflow in float16; diffusers decodes with them in float32, too.
    private ScalarType AutoencoderType(ScalarType dtype)
    {
        if (dtype != ScalarType.Float16
            || !(folder.Has(ModelPart.TextEncoder2) || folder.Has(ModelPart.LowResScheduler)))
            return dtype;
        var path = Path.Combine(folder.Vae, ModelConfig.FileName);
        var isTiny = ModelConfig.ClassName(ModelConfig.ReadObject(path)) == nameof(AutoencoderTiny);
        return !isTiny && ModelConfig.Read<AutoencoderKLConfig>(path).ForceUpcast ? ScalarType.Float32 : dtype;
    }

    private SchedulerConfig LoadSchedulerConfig(string part)
    {
        var path = folder.SchedulerConfigOf(part);
        return File.Exists(path) ? SchedulerConfig.Load(path) : throw new ModelFolderException($"There is no {path}.");
    }
}

/// <summary>
/// Checks that the parts of a model fit together, before a wrong matrix product would end the process.
/// </summary>
internal static class ModelFit
{
    private const int TimeIds = 6;

    internal static void Require(LatentDiffusionModel model)
    {
        model.Tokenizer.RequireFit(model.TextEncoder.Config, "text encoder");
        if ((model.Tokenizer2 is null) != (model.TextEncoder2 is null))
            throw new ModelFolderException(
                $"The second text encoder and its tokenizer belong together; "
                    + $"{(model.Tokenizer2 is null ? "tokenizer_2" : "text_encoder_2")} is missing.");
        if (model is { Tokenizer2: { } tokenizer2, TextEncoder2: { } textEncoder2 })
            tokenizer2.RequireFit(textEncoder2.Config, "second text encoder");
        RequireText(model);
        RequireImage(model);
        if (model.UNet.Config.OutChannels != model.Vae.LatentChannels)
            throw new ModelFolderException(
                $"The UNet gives {model.UNet.Config.OutChannels} channels, but the autoencoder's latents have "
                    + $"{model.Vae.LatentChannels}.");
        if (model.LowResSchedulerConfig is not null && model.UNet.Config.NumClassEmbeds is null)
            throw new ModelFolderException(
                "The model has a scheduler for the small image, as an upscaler has, but its UNet takes no noise "
                    + "level (num_class_embeds is missing).");
    }

    private static void RequireText(LatentDiffusionModel model)
    {
        var (unet, second) = (model.UNet.Config, model.TextEncoder2?.Config);
        var width = model.TextEncoder.Config.HiddenSize + (second?.HiddenSize ?? 0);
        var widths = unet.CrossAttentionDim.ForBlocks(unet.BlockOutChannels.Count, "cross_attention_dim");
        if (widths.Any(wanted => wanted != width))
            throw new ModelFolderException(
                $"The UNet attends to embeddings of width {widths.First(wanted => wanted != width)}, but "
                    + $"{(second is null ? "the text encoder gives" : "the text encoders give")} {width}.");
        if ((unet.AdditionEmbedType is null) != (second is null))
            throw new ModelFolderException(second is null
                ? "The UNet takes pooled text embeddings and sizes (addition_embed_type 'text_time'), as SDXL's "
                    + "does, but text_encoder_2 is missing."
                : "The model has a second text encoder, as SDXL has, but its UNet takes no pooled text embeddings "
                    + "(addition_embed_type is missing).");
        if (second is null)
            return;
        if (!second.HasProjection)
            throw new ModelFolderException(
                "The second text encoder has no projection, which the UNet needs for the pooled text embeddings.");
        var joined = second.ProjectionDim + TimeIds * unet.AdditionTimeEmbedDim;
        if (joined != unet.ProjectionClassEmbeddingsInputDim)
            throw new ModelFolderException(
                $"The UNet takes {unet.ProjectionClassEmbeddingsInputDim} added values, but the second text "
                    + $"encoder's {second.ProjectionDim} and {TimeIds} time ids of {unet.AdditionTimeEmbedDim} make "
                    + $"{joined}.");
    }

    private static void RequireImage(LatentDiffusionModel model)
    {
        if (model.ImageEncoder is not { } encoder)
            return;
        if (!encoder.Config.HasProjection)
            throw new ModelFolderException("The image encoder has no projection, which image variation needs.");
        var width = encoder.Config.ProjectionDim;
        if (model.ImageNormalizer is { } normalizer && normalizer.EmbeddingDim != width)
            throw new ModelFolderException(
                $"The image encoder gives embeddings of width {width}, but the image normalizer takes "
                    + $"{normalizer.EmbeddingDim}.");
        // The embedding, then the noise level's in the same width.
        if (model.UNet.Config.ProjectionClassEmbeddingsInputDim != 2 * width)
            throw new ModelFolderException(
                $"The UNet takes class labels of width {model.UNet.Config.ProjectionClassEmbeddingsInputDim}, but "
                    + $"the image embedding and the noise level make {2 * width}.");
    }
}
