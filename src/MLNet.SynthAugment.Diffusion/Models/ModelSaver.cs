using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Models;

/// <summary>Writes a model as a folder that diffusers reads too.</summary>
internal static class ModelSaver
{
    /// <summary>Settings in the index.</summary>
    internal const string MaxNoiseLevel = "max_noise_level";
    internal const string ForceZerosForEmptyPrompt = "force_zeros_for_empty_prompt";

    /// <summary>The pipeline class whose UNet takes unscaled image latents.</summary>
    internal const string InstructPix2Pix = "StableDiffusionInstructPix2PixPipeline";

    private const string Diffusers = "diffusers";
    private const string Transformers = "transformers";

    /// <summary>Writes all parts, and the index last.</summary>
    /// <returns>The folder's full path.</returns>
    internal static string Save(LatentDiffusionModel model, string path, ScalarType dtype)
    {
        var folder = ModelFolder.Create(path);
        var index = ModelIndex.Create(PipelineClass(model));

        void SaveScheduler(string part, SchedulerConfig config)
        {
            AtomicFile.WriteText(folder.SchedulerConfigOf(part), config.ToJson() + "\n");
            index.AddPart(part, Diffusers, config.ClassName);
        }

        void SaveText(string tokenizerPart, ClipTokenizer tokenizer, string encoderPart, ClipTextModel encoder)
        {
            tokenizer.Save(folder.PathOf(tokenizerPart));
            encoder.Save(folder.PathOf(encoderPart), dtype);
            index.AddPart(encoderPart, Transformers, encoder.Config.HasProjection
                ? ClipTextConfig.WithProjection : ClipTextConfig.WithoutProjection);
            index.AddPart(tokenizerPart, Transformers, "CLIPTokenizer");
        }

        SaveScheduler(ModelPart.Scheduler, model.SchedulerConfig);
        SaveText(ModelPart.Tokenizer, model.Tokenizer, ModelPart.TextEncoder, model.TextEncoder);
        model.UNet.Save(folder.UNet, dtype);
        index.AddPart(ModelPart.UNet, Diffusers, model.UNet.Config.ClassName);
        model.Vae.Save(folder.Vae, dtype);
        index.AddPart(ModelPart.Vae, Diffusers, model.Vae.GetType().Name);
        if (model is { Tokenizer2: { } tokenizer2, TextEncoder2: { } textEncoder2 })
        {
            SaveText(ModelPart.Tokenizer2, tokenizer2, ModelPart.TextEncoder2, textEncoder2);
            index.AddSetting(ForceZerosForEmptyPrompt, model.ForceZerosForEmptyPrompt);
        }
        if (model.LowResSchedulerConfig is { } lowRes)
        {
            SaveScheduler(ModelPart.LowResScheduler, lowRes);
            index.AddSetting(MaxNoiseLevel, model.MaxNoiseLevel);
        }
        if (model.ImageNoisingSchedulerConfig is { } noising)
            SaveScheduler(ModelPart.ImageNoisingScheduler, noising);
        SaveImageParts(model, folder, index, dtype);
        folder.WriteIndex(index);
        return folder.FullPath;
    }

    private static void SaveImageParts(
        LatentDiffusionModel model, ModelFolder folder, ModelIndex index, ScalarType dtype)
    {
        index.AddPart("safety_checker", null, null);
        index.AddPart(ModelPart.FeatureExtractor, null, null);
        if (model is { ImageEncoder: { } encoder, ImageProcessor: { } processor })
        {
            encoder.Save(folder.PathOf(ModelPart.ImageEncoder), dtype);
            processor.Save(folder.PathOf(ModelPart.FeatureExtractor));
            index.AddPart(ModelPart.ImageEncoder, Transformers, encoder.Config.Architectures[0]);
            index.AddPart(ModelPart.FeatureExtractor, Transformers, "CLIPImageProcessor");
        }
        if (model.ImageNormalizer is { } normalizer)
        {
            normalizer.Save(folder.PathOf(ModelPart.ImageNormalizer), dtype);
            index.AddPart(ModelPart.ImageNormalizer, "stable_diffusion", "StableUnCLIPImageNormalizer");
        }
    }

    private static string PipelineClass(LatentDiffusionModel model) => model switch
    {
        { TextEncoder2: not null } => "StableDiffusionXLPipeline",
        { LowResSchedulerConfig: not null } => "StableDiffusionUpscalePipeline",
        { ImageEncoder: not null } => "StableUnCLIPImg2ImgPipeline",
        { HasUnscaledImageLatents: true } => InstructPix2Pix,
        _ when model.UNet.Config.InChannels == 2 * model.Vae.LatentChannels + 1 => "StableDiffusionInpaintPipeline",
        _ => "StableDiffusionPipeline",
    };
}
