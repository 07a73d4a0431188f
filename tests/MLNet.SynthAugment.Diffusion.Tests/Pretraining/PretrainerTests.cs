using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Diffusion.Pretraining;

namespace MLNet.SynthAugment.Diffusion.Tests.Pretraining;

/// <summary>Whole runs of a few steps, on drawings made for the purpose.</summary>
public sealed class PretrainerTests : IDisposable
{
    private const int Steps = 12;
    private readonly ImageSetFixture _files = new();

    public PretrainerTests()
    {
        foreach (var path in new[] { "images/Korean/character01/1.png", "images/Korean/character01/2.png", "images/Greek/character02/1.png" })
            _files.AddDrawing(path);
    }

    [Fact]
    public void TheResultIsAModelFolderThatLoads()
    {
        new Pretrainer(Options("model"), _ => { }).Run();
        using var model = LatentDiffusionModel.Load(_files.PathOf("model"));
        Assert.Equal(32, model.ImageSize);
        Assert.Equal(32, model.Tokenizer.EncodePadded("a photo of a Korean character01").Length);
        Assert.InRange(model.Vae.ScalingFactor, 0.01, 1000);
        Assert.True(File.Exists(_files.PathOf("model/samples.png")));
    }

    [Fact]
    public void ARunThatWasStoppedGivesTheSameWeights()
    {
        new Pretrainer(Options("whole"), _ => { }).Run();
        foreach (var stage in new[] { "autoencoder", "diffusion" })
        {
            using var stop = new CancellationTokenSource();
            var stopper = new StopAt(stage, stop);
            Assert.Throws<OperationCanceledException>(() => new Pretrainer(Options("parts"), _ => { }).Run(stopper, stop.Token));
        }
        new Pretrainer(Options("parts"), _ => { }).Run();
        foreach (var file in new[] { "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors" })
            Assert.Equal(File.ReadAllBytes(_files.PathOf("whole/" + file)), File.ReadAllBytes(_files.PathOf("parts/" + file)));
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Pretrainer(Options("model") with { Images = [] }, _ => { }).Run());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pretrainer(Options("model") with { DiffusionBatchSize = 0 }, _ => { }).Run());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pretrainer(Options("model") with { InventedShare = -0.1 }, _ => { }).Run());
        Assert.Throws<ArgumentException>(() => new Pretrainer(Options("model") with { InventedShare = 0.7, PhotographShare = 0.7 }, _ => { }).Run());
    }

    public void Dispose() => _files.Dispose();

    private PretrainingOptions Options(string folder) => new()
    {
        Images = [ImageSetLocation.Parse(_files.PathOf("images"))],
        OutputFolder = _files.PathOf(folder),
        AutoencoderBudget = new(Steps),
        DiffusionBudget = new(Steps),
        AutoencoderBatchSize = 2,
        DiffusionBatchSize = 2,
        SamplesPerPrompt = 1,
        Device = "cpu",
    };

    /// <summary>Stops a stage after its first report, which comes with step 10.</summary>
    private sealed class StopAt(string stage, CancellationTokenSource stop) : IProgress<PretrainingProgress>
    {
        public void Report(PretrainingProgress value)
        {
            if (value.Stage == stage)
                stop.Cancel();
        }
    }
}
