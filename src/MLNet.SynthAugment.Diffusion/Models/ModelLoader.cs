using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

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
