using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Models;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>Very small models of every kind, with weights drawn from a fixed seed.</summary>
internal static class TinyModelKinds
{
    public const string StableDiffusion1 = "StableDiffusionPipeline, 1.x";
    public const string StableDiffusion2 = "StableDiffusionPipeline, 2.x";
    public const string Inpaint = "StableDiffusionInpaintPipeline";
    public const string Upscaler = "StableDiffusionUpscalePipeline";
    public const string UnClip = "StableUnCLIPImg2ImgPipeline";
    public const string UnClipWithLatents = "StableUnCLIPImg2ImgPipeline, image latents joined";
    public const string InstructPix2Pix = "StableDiffusionInstructPix2PixPipeline";
    public const string Xl = "StableDiffusionXLPipeline";
    public const string Taesd = "StableDiffusionPipeline, AutoencoderTiny";

    public static IReadOnlyList<string> All { get; } =
        [StableDiffusion1, StableDiffusion2, Inpaint, Upscaler, UnClip, UnClipWithLatents, InstructPix2Pix, Xl, Taesd];

    private const int SecondTextWidth = 20;
    private const int ImageWidth = 6;
    private const int PooledWidth = 10;

    public static LatentDiffusionModel Create(string kind)
    {
        var generator = new Generator(21, CPU);
        T Filled<T>(T module) where T : nn.Module
        {
            ParameterInitializer.Initialize(module, generator);
            return module;
        }

        var unet = TinyModels.UNetConfig();
        var (scheduler, optional) = (SchedulerConfig.StableDiffusion, new OptionalModelParts());
        switch (kind)
        {
            case StableDiffusion2:
                unet = unet with { AttentionHeadDim = new OneOrMany<long>([1, 2]), UseLinearProjection = true };
                scheduler = scheduler with { PredictionType = PredictionType.VPrediction };
                break;
            case Inpaint:
                unet = unet with { InChannels = 9 };
                break;
            case Upscaler:
                unet = unet with
                {
                    InChannels = 7,
                    NumClassEmbeds = 30,
                    OnlyCrossAttention = new OneOrMany<bool>([true, false]),
                    UseLinearProjection = true
                };
                optional = new OptionalModelParts
                {
                    LowResSchedulerConfig = new SchedulerConfig
                    { ClassName = "DDPMScheduler", BetaSchedule = BetaSchedule.ScaledLinear },
                    MaxNoiseLevel = 25
                };
                break;
            case InstructPix2Pix:
                unet = unet with { InChannels = 8 };
                optional = new OptionalModelParts { HasUnscaledImageLatents = true };
                break;
            case UnClip or UnClipWithLatents:
                unet = unet with
                {
                    InChannels = kind == UnClip
                    ? 4 : 8,
                    ClassEmbedType = "projection",
                    ProjectionClassEmbeddingsInputDim = 2 * ImageWidth
                };
                optional = new OptionalModelParts
                {
                    ImageEncoder = Filled(new ClipVisionModel(
                        new ClipVisionConfig
                        {
                            HiddenSize = 8,
                            IntermediateSize = 16,
                            NumHiddenLayers = 1,
                            NumAttentionHeads = 2,
                            ImageSize = 12,
                            PatchSize = 4,
                            ProjectionDim = ImageWidth
                        })),
                    ImageProcessor = new ClipImageProcessor { Resize = new ClipResize(12), Crop = (12, 12) },
                    ImageNormalizer = Filled(new StableUnClipImageNormalizer(ImageWidth)),
                    ImageNoisingSchedulerConfig = new SchedulerConfig
                    { ClassName = "DDPMScheduler", BetaSchedule = BetaSchedule.SquaredcosCapV2 },
                };
                break;
            case Xl:
                unet = unet with
                {
                    CrossAttentionDim = (long)(TinyModels.TextWidth + SecondTextWidth),
                    AdditionEmbedType = "text_time",
                    AdditionTimeEmbedDim = 4,
                    ProjectionClassEmbeddingsInputDim = PooledWidth + 6 * 4,
                    TransformerLayersPerBlock = new OneOrMany<int>([1, 2]),
                    UseLinearProjection = true,
                };
                optional = new OptionalModelParts
                {
                    Tokenizer2 = TinyModels.Tokenizer(),
                    TextEncoder2 = Filled(new ClipTextModel(
                        TextConfig(SecondTextWidth) with
                        {
                            Architectures = ["CLIPTextModelWithProjection"],
                            ProjectionDim = PooledWidth,
                            HiddenAct = "gelu"
                        })),
                    ForceZerosForEmptyPrompt = true,
                };
                break;
        }
        using (generator)
            return new LatentDiffusionModel(
                TinyModels.Tokenizer(), Filled(new ClipTextModel(TextConfig(TinyModels.TextWidth))),
                Filled(kind == Taesd ? Tiny() : Kl()), Filled(new UNet2DConditionModel(unet)), scheduler, optional);
    }

    private static ClipTextConfig TextConfig(long width) => new()
    {
        VocabSize = TinyModels.Tokenizer().VocabularySize,
        HiddenSize = width,
        IntermediateSize = 16,
        NumHiddenLayers = 3,
        NumAttentionHeads = 2,
        MaxPositionEmbeddings = 8,
        EosTokenId = 2, // As in the published files: the end token is the one with the largest id.
    };

    private static Autoencoder Kl() => new AutoencoderKL(new AutoencoderKLConfig
    {
        BlockOutChannels = [8, 8],
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
        NormNumGroups = 4,
        ScalingFactor = 0.5,
    });

    private static Autoencoder Tiny() => new AutoencoderTiny(new AutoencoderTinyConfig
    {
        EncoderBlockOutChannels = [8, 8],
        DecoderBlockOutChannels = [8, 8],
        NumEncoderBlocks = [1, 1],
        NumDecoderBlocks = [1, 1],
    });
}
