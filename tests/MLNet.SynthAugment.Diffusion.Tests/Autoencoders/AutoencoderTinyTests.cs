using MLNet.SynthAugment.Diffusion.Autoencoders;
using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Autoencoders;

public sealed class AutoencoderTinyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("taesd").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Other_shapes_are_built_saved_and_loaded()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var tiny = new AutoencoderTiny(new AutoencoderTinyConfig
        {
            EncoderBlockOutChannels = [4, 4],
            DecoderBlockOutChannels = [6, 6],
            NumEncoderBlocks = [1, 2],
            NumDecoderBlocks = [0, 1],
            LatentChannels = 3,
            ActFn = "silu",
            LatentMagnitude = 2,
        });
        using var generator = new Generator(4, CPU);
        ParameterInitializer.Initialize(tiny, generator);
        Assert.Equal((2L, 3L, 1.0), (tiny.ScaleFactor, tiny.LatentChannels, tiny.ScalingFactor));
        tiny.Save(_folder, ScalarType.Float32);
        using var loaded = Autoencoder.Load(_folder);
        var image = linspace(-1, 1, 3 * 6 * 10).reshape(1, 3, 6, 10);
        var latents = tiny.Encode(image).Mean;
        Assert.Equal([1, 3, 3, 5], latents.shape);
        Assert.Equal(image.shape, tiny.Decode(latents).shape);
        Assert.True(Tensors.BitEqual(tiny.Decode(latents), loaded.Decode(loaded.Encode(image).Mean)));
        Assert.Equal(0.75f, tiny.ScaleLatents(tensor(1f)).item<float>(), 1e-6f);
        Assert.Throws<ArgumentException>(() => tiny.Decode(zeros(1, 4, 3, 5)));
        Assert.Throws<ArgumentException>(() => tiny.Encode(zeros(1, 3, 1, 5)));
    }

    [Fact]
    public void Configs_that_cannot_be_built_are_refused()
    {
        Assert.Contains("'encoder_block_out_channels'",
            Refusal(new AutoencoderTinyConfig { EncoderBlockOutChannels = [8, 16, 8, 8] }));
        Assert.Contains("'num_decoder_blocks'", Refusal(new AutoencoderTinyConfig { NumDecoderBlocks = [1] }));
        Assert.Contains("'upsample_fn'", Refusal(new AutoencoderTinyConfig { UpsampleFn = "bilinear" }));
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{ "_class_name": "ConsistencyDecoderVAE" }""");
        Assert.Contains("ConsistencyDecoderVAE",
            Assert.Throws<ModelFolderException>(() => Autoencoder.Load(_folder)).Message);
    }

    private static string Refusal(AutoencoderTinyConfig config) =>
        Assert.Throws<ModelFolderException>(() => new AutoencoderTiny(config)).Message;
}
