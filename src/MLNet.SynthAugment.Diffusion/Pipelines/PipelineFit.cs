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

    /// <summary>Checks that the UNet takes the latents alone, without class labels.</summary>
    public static void RequirePlain(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, ExtraChannels(model) == 0 && !HasClassEmbedding(model.UNet.Config));

    /// <summary>Checks that the UNet takes the latents alone, or with what inpainting adds.</summary>
    public static void RequirePlainOrInpainting(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, (ExtraChannels(model) == 0 || IsInpainting(model)) && !HasClassEmbedding(model.UNet.Config));

    /// <summary>Checks that the UNet takes a small image and a noise level.</summary>
    public static void RequireUpscaler(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, IsUpscaler(model));

    /// <summary>Checks that the UNet takes noised image embeddings as class labels.</summary>
    public static void RequireImageVariation(LatentDiffusionModel model, string pipeline) =>
        Require(model, pipeline, IsImageVariation(model));

    private static void Require(LatentDiffusionModel model, string pipeline, bool fits)
    {
        if (fits) return;
        var config = model.UNet.Config;
        var labels = HasClassEmbedding(config) ? $"with class labels ({config.ClassEmbedType ?? "numbers"})" : "without class labels";
        throw new ArgumentException($"{pipeline} does not fit this model, whose UNet takes {config.InChannels} channels {labels}; {Advice(model)}.");
    }

    private static string Advice(LatentDiffusionModel model) =>
        IsInpainting(model) ? $"it is an inpainting model: use {nameof(InpaintPipeline)}"
        : IsUpscaler(model) ? $"it is an upscaler: use {nameof(UpscalePipeline)}"
        : IsImageVariation(model) ? $"it is a Stable unCLIP model: use {nameof(ImageVariationPipeline)}"
        : ExtraChannels(model) == 0 && !HasClassEmbedding(model.UNet.Config) ? $"use {nameof(TextToImagePipeline)}, {nameof(ImageToImagePipeline)} or {nameof(InpaintPipeline)}"
        : "no pipeline here serves such a model";

    private static bool IsUpscaler(LatentDiffusionModel model) =>
        ExtraChannels(model) == ColourChannels && model.UNet.Config is { ClassEmbedType: null or "timestep" } config && HasClassEmbedding(config);

    private static bool IsImageVariation(LatentDiffusionModel model) =>
        ExtraChannels(model) == 0 && model.UNet.Config.ClassEmbedType is "projection" or "simple_projection" or "identity";

    private static long ExtraChannels(LatentDiffusionModel model) => model.UNet.Config.InChannels - model.Vae.LatentChannels;

    private static bool HasClassEmbedding(UNet2DConditionConfig config) => config.ClassEmbedType is not null || config.NumClassEmbeds is not null;
}
