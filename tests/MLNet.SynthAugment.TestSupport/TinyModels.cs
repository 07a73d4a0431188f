using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.TestSupport;

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

    /// <summary>A whole text-to-image model for images of 16×16 pixels.</summary>
    public static LatentDiffusionModel LatentDiffusion(ScalarType dtype = ScalarType.Float32)
    {
        var textConfig = new ClipTextConfig
        {
            VocabSize = Tokenizer().VocabularySize,
            HiddenSize = TextWidth,
            IntermediateSize = 16,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            MaxPositionEmbeddings = 8
        };
        var vaeConfig = new AutoencoderKLConfig
        {
            BlockOutChannels = [8, 8],
            DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
            UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"],
            NormNumGroups = 4,
            ScalingFactor = 0.5,
        };
        var (textEncoder, vae) = (new ClipTextModel(textConfig, CPU, dtype), new AutoencoderKL(vaeConfig, CPU, dtype));
        using var generator = new Generator(18, CPU);
        ParameterInitializer.Initialize(textEncoder, generator);
        ParameterInitializer.Initialize(vae, generator);
        return new LatentDiffusionModel(Tokenizer(), textEncoder, vae, UNet(dtype), SchedulerConfig.StableDiffusion);
    }

    /// <summary>One token a letter, eight tokens a text.</summary>
    public static ClipTokenizer Tokenizer()
    {
        var letters = Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString());
        var vocabulary = letters.Concat(letters.Select(letter => letter + "</w>")).Append("<|startoftext|>")
            .Append("<|endoftext|>")
            .Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => (long)entry.id);
        return new ClipTokenizer(vocabulary, [], new ClipTokenizerOptions { ModelMaxLength = 8 });
    }

    public static LoraAdapter RandomAdapter(LoraLayers layers, long seed, bool includeTextEncoder = false)
    {
        using var generator = Noise.CreateGenerator(new NoiseKey(seed), "adapter");
        return RandomAdapter(layers, layers.TargetPaths(includeTextEncoder), generator);
    }

    /// <summary>An adapter of rank 2 for any layers, convolutions included.</summary>
    public static LoraAdapter RandomAdapter(
        LoraLayers layers, IEnumerable<string> paths, Generator generator, float alpha = 2) => new(paths.Select(path =>
    {
        var weight = layers.ByPath[path].Weight.shape;
        var (a, b) = (randn([2, .. weight[1..]], generator: generator),
            randn([weight[0], 2, .. weight[2..].Select(_ => 1L)], generator: generator) * 0.3);
        return KeyValuePair.Create(path, new LoraMatrices(a, b, alpha));
    }));

    public static Tensor Run(UNet2DConditionModel unet) =>
        unet.forward(linspace(-2, 2, 256).reshape(1, 4, 8, 8), tensor(500L),
            linspace(-1, 1, 3 * TextWidth).reshape(1, 3, TextWidth));
}
