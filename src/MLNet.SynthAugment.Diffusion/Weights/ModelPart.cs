namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>Names of the parts of a model: keys of <c>model_index.json</c> and subfolders.</summary>
internal static class ModelPart
{
    internal const string Tokenizer = "tokenizer";
    internal const string Tokenizer2 = "tokenizer_2";
    internal const string TextEncoder = "text_encoder";
    internal const string TextEncoder2 = "text_encoder_2";
    internal const string Vae = "vae";
    internal const string UNet = "unet";
    internal const string Scheduler = "scheduler";
    internal const string LowResScheduler = "low_res_scheduler";
    internal const string ImageEncoder = "image_encoder";
    internal const string FeatureExtractor = "feature_extractor";
    internal const string ImageNormalizer = "image_normalizer";
    internal const string ImageNoisingScheduler = "image_noising_scheduler";

    /// <summary>The parts that every model has.</summary>
    internal static IReadOnlyList<string> Base { get; } = [UNet, Vae, TextEncoder, Tokenizer, Scheduler];

    /// <summary>The parts that a kind of pipeline has beside them.</summary>
    internal static IReadOnlyList<string> Needed(string? pipelineClass) => pipelineClass switch
    {
        "StableUnCLIPImg2ImgPipeline" => [ImageEncoder, ImageNormalizer, ImageNoisingScheduler],
        "StableDiffusionUpscalePipeline" => [LowResScheduler],
        { } name when name.StartsWith("StableDiffusionXL", StringComparison.Ordinal) => [TextEncoder2, Tokenizer2],
        _ => [],
    };

    /// <summary>The parts that a kind of pipeline uses where they are there.</summary>
    internal static IReadOnlyList<string> Used(string? pipelineClass) => pipelineClass == "StableUnCLIPImg2ImgPipeline"
        ? [FeatureExtractor] : [];
}
