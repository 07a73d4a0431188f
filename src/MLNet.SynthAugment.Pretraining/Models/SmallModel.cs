using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Pretraining.Models;

/// <summary>
/// The shape of the model that pretraining makes: a CLIP and Stable unCLIP's parts at a size that a CPU trains in
/// hours. Pictures of 32 × 32 pixels, latents of 4 × 8 × 8.
/// </summary>
internal static class SmallModel
{
    private const int TextWidth = 128;
    private const int EmbeddingWidth = 64;

    public const int ImageSize = 32;
    public const int MaxTextTokens = 32;
    public const int MaxVocabulary = 1200;

    public static AutoencoderKLConfig Autoencoder { get; } = new()
    {
        SampleSize = ImageSize,
        BlockOutChannels = [32, 48, 64],
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
        LayersPerBlock = 1,
        LatentChannels = 4,
        NormNumGroups = 16,
    };

    public static UNet2DConditionConfig UNet { get; } = new()
    {
        SampleSize = 8,
        BlockOutChannels = [64, 128],
        DownBlockTypes = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        // The latents to be denoised, then those of another picture of the class.
        InChannels = 8,
        // The CLIP embedding of that picture, then the embedding of the level of the noise on it.
        ClassEmbedType = "projection",
        ProjectionClassEmbeddingsInputDim = 2 * EmbeddingWidth,
        LayersPerBlock = 1,
        NormNumGroups = 16,
        CrossAttentionDim = (long)TextWidth,
        AttentionHeadDim = 4L,
        UseLinearProjection = true,
    };

    /// <summary>
    /// The cosine schedule ends in noise without a trace of the picture, as v-prediction allows; so sampling may begin
    /// at the last timestep and white paper comes out white (Lin et al. 2024).
    /// </summary>
    public static SchedulerConfig Scheduler { get; } = new()
    {
        BetaSchedule = BetaSchedule.SquaredcosCapV2,
        PredictionType = PredictionType.VPrediction,
        TimestepSpacing = TimestepSpacing.Trailing,
        ClipSample = false,
        SetAlphaToOne = true,
    };

    /// <summary>The schedule of the noise on image embeddings: that of Stable unCLIP.</summary>
    public static SchedulerConfig ImageNoisingScheduler { get; } = new()
    {
        ClassName = Sampler.Ddpm.ClassName,
        BetaSchedule = BetaSchedule.SquaredcosCapV2,
        ClipSample = false,
    };

    /// <summary>
    /// CLIP at this size; its text encoder is the diffusion model's as well, its image encoder the one for image
    /// conditions.
    /// </summary>
    public static ClipConfig Clip(long vocabularySize) => new()
    {
        ProjectionDim = EmbeddingWidth,
        TextConfig = TextEncoder(vocabularySize) with { ProjectionDim = EmbeddingWidth },
        VisionConfig = new ClipVisionConfig
        {
            ImageSize = ImageSize,
            PatchSize = 4,
            HiddenSize = 64,
            IntermediateSize = 4 * 64,
            NumHiddenLayers = 4,
            NumAttentionHeads = 2,
            ProjectionDim = EmbeddingWidth,
        },
    };

    /// <summary>How images are made ready for its image encoder.</summary>
    public static ClipImageProcessor ClipImages { get; } =
        ClipImageProcessor.For(new ClipVisionConfig { ImageSize = ImageSize });

    public static ClipTextConfig TextEncoder(long vocabularySize) => new()
    {
        VocabSize = vocabularySize,
        HiddenSize = TextWidth,
        IntermediateSize = 4 * TextWidth,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        MaxPositionEmbeddings = MaxTextTokens,
        HiddenAct = "quick_gelu",
        BosTokenId = vocabularySize - 2,
        EosTokenId = vocabularySize - 1,
        PadTokenId = vocabularySize - 1,
    };
}
