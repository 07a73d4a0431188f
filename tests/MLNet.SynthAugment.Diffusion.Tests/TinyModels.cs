using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests;

/// <summary>Very small models with weights drawn from a fixed seed.</summary>
internal static class TinyModels
{
    public const int TextWidth = 12;

    public static UNet2DConditionModel UNet(ScalarType dtype = ScalarType.Float32)
    {
        var unet = new UNet2DConditionModel(UNetConfig(), CPU, dtype);
        using var generator = new Generator(17, CPU);
        ParameterInitializer.Initialize(unet, generator);
        return unet;
    }

    /// <summary>Two levels of 8 and 16 channels for 8×8 latents.</summary>
    public static UNet2DConditionConfig UNetConfig() => new()
    {
        SampleSize = 8,
        BlockOutChannels = [8, 16],
        DownBlockTypes = ["CrossAttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D"],
        LayersPerBlock = 1,
        NormNumGroups = 4,
        AttentionHeadDim = 2L,
        CrossAttentionDim = (long)TextWidth,
    };

    public static LoraAdapter RandomAdapter(LoraLayers layers, long seed, bool includeTextEncoder = false)
    {
        using var generator = Noise.CreateGenerator(seed, "", 0, "adapter");
        return new LoraAdapter(layers.TargetPaths(includeTextEncoder).Select(path =>
        {
            var weight = layers.ByPath[path].Weight.shape;
            return KeyValuePair.Create(path, new LoraMatrices(randn([2, weight[1]], generator: generator), randn([weight[0], 2], generator: generator) * 0.3, 2));
        }));
    }

    public static Tensor Run(UNet2DConditionModel unet) =>
        unet.forward(linspace(-2, 2, 256).reshape(1, 4, 8, 8), tensor(500L), linspace(-1, 1, 3 * TextWidth).reshape(1, 3, TextWidth));
}
