using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>Which pipeline serves which kind of UNet.</summary>
internal static class PipelineFit
{
    private const long MaskChannels = 1;
    private const long ColourChannels = 3;

    /// <summary>Whether a UNet takes the latents, a mask and a masked image's latents.</summary>
    public static bool IsInpainting(LatentDiffusionModel model) =>
        model.UNet.Config.InChannels == 2 * model.Vae.LatentChannels + MaskChannels;

    /// <summary>Whether a UNet takes CLIP embeddings of images as class labels (Stable unCLIP).</summary>
    public static bool TakesImageEmbeddings(LatentDiffusionModel model) =>
        IsPlain(model) && HasClassEmbedding(model.UNet.Config);

    /// <summary>Whether a UNet takes the latents of an image beside those it denoises (InstructPix2Pix).</summary>
    public static bool TakesImageLatents(LatentDiffusionModel model) =>
        IsPlain(model) && ExtraChannels(model) != 0;

    /// <summary>Whether a UNet takes the latents, a text, and nothing else but images that can be dropped.</summary>
    public static bool IsPlain(LatentDiffusionModel model) =>
        (ExtraChannels(model) == 0 || ExtraChannels(model) == model.Vae.LatentChannels)
        && (!HasClassEmbedding(model.UNet.Config)
            || model.UNet.Config.ClassEmbedType is "projection" or "simple_projection" or "identity");

    /// <summary>Width of the class labels of a UNet that takes embeddings as such.</summary>
    public static long ClassLabelWidth(UNet2DConditionConfig config) =>
        config.ClassEmbedType == "identity"
            ? config.TimeEmbeddingWidth : config.ProjectionClassEmbeddingsInputDim!.Value;

    /// <summary>Checks that the UNet takes the latents and a text; images as conditions may be left out.</summary>
    public static void RequirePlain(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, IsPlain(model));

    /// <summary>The same, or with what inpainting adds.</summary>
    public static void RequirePlainOrInpainting(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, IsPlain(model) || (IsInpainting(model) && !HasClassEmbedding(model.UNet.Config)));

    /// <summary>Checks that the UNet takes a small image and a noise level.</summary>
    public static void RequireUpscaler(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, IsUpscaler(model));

    /// <summary>Checks that the UNet takes images as conditions.</summary>
    public static void RequireImages(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, TakesImageEmbeddings(model) || TakesImageLatents(model));

    private static void Require(LatentDiffusionModel model, string pipeline, bool fits)
    {
        if (fits) return;
        var config = model.UNet.Config;
        var labels = HasClassEmbedding(config)
            ? $"with class labels ({config.ClassEmbedType ?? "numbers"})" : "without class labels";
        throw new ArgumentException(
            $"{pipeline} does not fit this model, whose UNet takes {config.InChannels} channels {labels}; "
                + $"{Advice(model)}.");
    }

    private static string Advice(LatentDiffusionModel model) =>
        IsInpainting(model) ? $"it is an inpainting model: use {nameof(InpaintPipeline)}"
        : IsUpscaler(model) ? $"it is an upscaler: use {nameof(UpscalePipeline)}"
        : IsPlain(model)
            ? $"use {nameof(TextToImagePipeline)}, {nameof(ImageToImagePipeline)} or {nameof(InpaintPipeline)}"
        : "no pipeline here serves such a model";

    private static bool IsUpscaler(LatentDiffusionModel model) =>
        ExtraChannels(model) == ColourChannels && model.UNet.Config is { ClassEmbedType: null or "timestep" } config
            && HasClassEmbedding(config);

    private static long ExtraChannels(LatentDiffusionModel model) =>
        model.UNet.Config.InChannels - model.Vae.LatentChannels;

    private static bool HasClassEmbedding(UNet2DConditionConfig config) =>
        config.ClassEmbedType is not null || config.NumClassEmbeds is not null;
}
