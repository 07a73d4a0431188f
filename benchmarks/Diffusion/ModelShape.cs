using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;

namespace MLNet.SynthAugment.Benchmarks;

/// <summary>The sizes of a whole text-to-image model; its weights are drawn at random.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="UNet">The noise predictor.</param>
/// <param name="Autoencoder">The autoencoder.</param>
/// <param name="TextEncoder">The text encoder.</param>
/// <param name="Scheduler">The noise schedule.</param>
/// <param name="Batch">Images made together, if the command line does not say.</param>
/// <param name="LatentSize">Height and width of the latents.</param>
internal sealed record ModelShape(
    string Name, UNet2DConditionConfig UNet, AutoencoderKLConfig Autoencoder, ClipTextConfig TextEncoder, SchedulerConfig Scheduler, int Batch, int LatentSize)
{
    private const string DownCross = "CrossAttnDownBlock2D";
    private const string UpCross = "CrossAttnUpBlock2D";

    /// <summary>The shape of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ModelShape Named(string name) => All.FirstOrDefault(shape => shape.Name == name)
        ?? throw new ArgumentException($"There is no shape '{name}'; choose from {string.Join(", ", All.Select(shape => shape.Name))}.");

    /// <summary>All shapes, smallest first.</summary>
    public static IReadOnlyList<ModelShape> All { get; } = [Tiny(), Embedded(), StableDiffusion21()];

    // Stable Diffusion 1's layout at a size where hardly anything but the calls costs time.
    private static ModelShape Tiny() => new(
        "tiny",
        new UNet2DConditionConfig
        {
            SampleSize = 16,
            BlockOutChannels = [16, 32, 32],
            DownBlockTypes = [DownCross, DownCross, "DownBlock2D"],
            UpBlockTypes = ["UpBlock2D", UpCross, UpCross],
            NormNumGroups = 8,
            AttentionHeadDim = 4L,
            CrossAttentionDim = 32L,
        },
        AutoencoderOf([16, 32, 32], layers: 1, groups: 8),
        TextEncoderOf(32, layers: 2, heads: 4, tokens: 77, vocabulary: 1000),
        SchedulerConfig.StableDiffusion,
        Batch: 4,
        LatentSize: 16);

    // The model that comes with this repository.
    private static ModelShape Embedded() => new(
        "embedded",
        new UNet2DConditionConfig
        {
            SampleSize = 8,
            BlockOutChannels = [64, 128],
            DownBlockTypes = [DownCross, DownCross],
            UpBlockTypes = [UpCross, UpCross],
            LayersPerBlock = 1,
            NormNumGroups = 16,
            AttentionHeadDim = 4L,
            CrossAttentionDim = 128L,
            UseLinearProjection = true,
        },
        AutoencoderOf([32, 48, 64], layers: 1, groups: 16),
        TextEncoderOf(128, layers: 4, heads: 4, tokens: 32, vocabulary: 1033),
        SchedulerConfig.StableDiffusion,
        Batch: 16,
        LatentSize: 8);

    private static ModelShape StableDiffusion21() => new(
        "sd21",
        new UNet2DConditionConfig
        {
            AttentionHeadDim = new Diffusion.Weights.OneOrMany<long>([5, 10, 20, 20]),
            CrossAttentionDim = 1024L,
            UseLinearProjection = true,
        },
        AutoencoderOf([128, 256, 512, 512], layers: 2, groups: 32),
        TextEncoderOf(1024, layers: 23, heads: 16, tokens: 77, vocabulary: 49408),
        SchedulerConfig.StableDiffusion,
        Batch: 1,
        LatentSize: 64);

    private static AutoencoderKLConfig AutoencoderOf(IReadOnlyList<long> channels, int layers, long groups) => new()
    {
        BlockOutChannels = channels,
        DownBlockTypes = [.. channels.Select(_ => "DownEncoderBlock2D")],
        UpBlockTypes = [.. channels.Select(_ => "UpDecoderBlock2D")],
        LayersPerBlock = layers,
        NormNumGroups = groups,
    };

    private static ClipTextConfig TextEncoderOf(int width, int layers, int heads, int tokens, int vocabulary) => new()
    {
        VocabSize = vocabulary,
        HiddenSize = width,
        IntermediateSize = 4 * width,
        NumHiddenLayers = layers,
        NumAttentionHeads = heads,
        MaxPositionEmbeddings = tokens,
        HiddenAct = "gelu",
    };
}
