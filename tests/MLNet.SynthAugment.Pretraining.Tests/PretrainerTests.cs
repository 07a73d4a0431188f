using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.ImageSets;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Weights;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Pretraining.Tests;

/// <summary>Whole runs of a few steps, on drawings made for the purpose.</summary>
public sealed class PretrainerTests : IDisposable
{
    private const int Steps = 12;

    private static readonly string[] s_drawings =
    [
        "images/Korean/character01/1.png", "images/Korean/character01/2.png", "images/Greek/character02/1.png",
        .. Enumerable.Range(1, 6)
            .SelectMany(drawer => new[] { $"images/Aramaic/character01/{drawer}.png",
                $"images/Aramaic/character02/{drawer}.png" }),
    ];

    private readonly ImageSetFixture _files = new();

    public PretrainerTests()
    {
        foreach (var path in s_drawings)
            _files.AddDrawing(path);
    }

    [Fact]
    public void TheResultIsAModelFolderThatLoadsWithAClipBeside()
    {
        var log = new List<string>();
        new Pretrainer(Options("model"), log.Add).Run();
        using var model = LatentDiffusionModel.Load(_files.PathOf("model"));
        Assert.Equal(32, model.ImageSize);
        Assert.Equal(32, model.Tokenizer.EncodePadded("a photo of a Korean character01").Length);
        Assert.InRange(model.Vae.ScalingFactor, 0.01, 1000);
        Assert.True(File.Exists(_files.PathOf("model/samples.png")));
        RequireEncoderOfClip(model);

        Assert.Contains(log, line => line.StartsWith("3 images of 2 classes", StringComparison.Ordinal));
        Assert.Contains(log, line =>
            line.Contains("5-shot accuracy over 2 classes that are not trained on", StringComparison.Ordinal));
        Assert.Contains(log, line =>
            line.Contains("of the variations of classes that are not trained on", StringComparison.Ordinal));
    }

    [Fact]
    public void ARunThatWasStoppedGivesTheSameWeights()
    {
        new Pretrainer(Options("whole"), _ => { }).Run();
        foreach (var stage in new[] { "autoencoder", "contrastive", "diffusion" })
        {
            using var stop = new CancellationTokenSource();
            var stopper = new StopAt(stage, stop);
            Assert.Throws<OperationCanceledException>(
                () => new Pretrainer(Options("parts"), _ => { }).Run(stopper, stop.Token));
        }
        new Pretrainer(Options("parts"), _ => { }).Run();
        foreach (var file in new[] { "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors", "clip/model.safetensors",
                "image_normalizer/diffusion_pytorch_model.safetensors" })
            Assert.Equal(File.ReadAllBytes(_files.PathOf("whole/" + file)),
                File.ReadAllBytes(_files.PathOf("parts/" + file)));
    }

    [Fact]
    public void AModelIsTrainedFurtherPartByPart()
    {
        new Pretrainer(Options("begun"), _ => { }).Run();
        var further = Options("further") with
        {
            InitialModel = _files.PathOf("begun"),
            Seed = 2,
            ContrastiveBudget = new(0)
        };
        new Pretrainer(further, _ => { }).Run();
        AssertSame(["vae/diffusion_pytorch_model.safetensors", "clip/model.safetensors",
            "image_encoder/model.safetensors", "image_normalizer/diffusion_pytorch_model.safetensors",
                "tokenizer/vocab.json"]);
        Assert.InRange(ShareOfChangedBytes("unet/diffusion_pytorch_model.safetensors"), 0.1, 1);

        new Pretrainer(further with
        {
            OutputFolder = _files.PathOf("further-clip"),
            ContrastiveBudget = new(Steps),
            DiffusionBudget = new(0)
        }, _ => { }).Run();
        AssertSame(["unet/diffusion_pytorch_model.safetensors", "image_encoder/model.safetensors",
            "text_encoder/model.safetensors"], "further-clip");
        Assert.InRange(ShareOfChangedBytes("clip/model.safetensors", "further-clip"), 0.1, 1);

        void AssertSame(string[] files, string folder = "further") =>
            Assert.All(files, file =>
                Assert.Equal(File.ReadAllBytes(_files.PathOf($"begun/{file}")),
                    File.ReadAllBytes(_files.PathOf($"{folder}/{file}"))));

        double ShareOfChangedBytes(string file, string folder = "further") =>
            File.ReadAllBytes(_files.PathOf($"begun/{file}"))
                .Zip(File.ReadAllBytes(_files.PathOf($"{folder}/{file}")), (a, b) => a == b ? 0.0 : 1.0).Average();
    }

    [Fact]
    public void OnlyAModelOfPretrainingIsTrainedFurther()
    {
        using (var other = TinyModels.LatentDiffusion())
            other.Save(_files.PathOf("other"), Precision.Float32);
        var error = Assert.Throws<ModelFolderException>(
            () => new Pretrainer(Options("model") with { InitialModel = _files.PathOf("other") }, _ => { }).Run());
        Assert.Contains("not a model that pretraining made", error.Message);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Pretrainer(Options("model") with { Images = [] }, _ => { }).Run());
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Pretrainer(Options("model") with { DiffusionBatchSize = 0 }, _ => { }).Run());
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Pretrainer(Options("model") with { ContrastiveBudget = new(0) }, _ => { }).Run());
        Assert.Throws<ArgumentException>(
            () => new Pretrainer(Options("model") with { DiffusionBatchSize = 3 }, _ => { }).Run());
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new Pretrainer(Options("model") with { InventedShare = -0.1 }, _ => { }).Run());
        Assert.Throws<ArgumentException>(
            () => new Pretrainer(Options("model") with { InventedShare = 0.7, PhotographShare = 0.7 }, _ => { }).Run());
    }

    public void Dispose() => _files.Dispose();

    private void RequireEncoderOfClip(LatentDiffusionModel model)
    {
        using var clip = ClipEncoder.FromFolder(_files.PathOf("model/clip"));
        using var image = Image.Load<Rgb24>(_files.PathOf(s_drawings[0]));
        var conditioner = new ImageConditioner(model);
        Assert.True(conditioner.TakesEmbeddings && conditioner.TakesLatents);
        using var condition = conditioner.Encode([image]);
        using var direction = clip.EncodeImages([image]);
        using var embedding = nn.functional.normalize(condition.Embeddings!);
        Assert.True(embedding.allclose(direction, 1e-4, 1e-4), "The diffusion model's image encoder is not CLIP's.");
    }

    private PretrainingOptions Options(string folder) => new()
    {
        Images = [ImageSetLocation.Parse(_files.PathOf("images"))],
        OutputFolder = _files.PathOf(folder),
        AutoencoderBudget = new(Steps),
        ContrastiveBudget = new(Steps),
        DiffusionBudget = new(Steps),
        AutoencoderBatchSize = 2,
        ContrastiveClasses = 3,
        DiffusionBatchSize = 2,
        SamplesPerHalf = 1,
        HoldOutClass = name => name.StartsWith("Aramaic", StringComparison.Ordinal),
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
