using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Pipelines;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.TextualInversion;
using MLNet.SynthAugment.Diffusion.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

public sealed class TextualInversionTrainerTests : IDisposable
{
    private static readonly TextualInversionOptions s_options = new()
    {
        Token = "<x>",
        InitializerText = "c",
        Templates = ["a {token}", "{token}", "b {token}"],
        Steps = 8,
        BatchSize = 2,
        LearningRate = 0.05,
        Seed = 5,
        CheckpointEvery = 3,
    };

    private readonly LatentDiffusionModel _model = TinyModels.LatentDiffusion();
    private readonly List<Image<Rgb24>> _images =
        [.. Enumerable.Range(1, 3).Select(seed => TestImages.Pattern(16, 16, seed))];
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"textual-inversion-{Guid.NewGuid():N}");

    public void Dispose()
    {
        _model.Dispose();
        _images.ForEach(image => image.Dispose());
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_loss_falls_and_nothing_but_the_token_s_vectors_learns()
    {
        var before = Weights().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        using var embedding = Train(s_options with { Steps = 60, BatchSize = 3 });
        Assert.Equal((1L, (long)TinyModels.TextWidth), (embedding.Vectors.shape[0], embedding.Vectors.shape[1]));
        Assert.All(Weights(), pair => Assert.True(Tensors.BitEqual(before[pair.Key], pair.Value), pair.Key));
        Assert.All(_model.Modules.SelectMany(module => module.parameters()),
            parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
        Assert.DoesNotContain(_model.Tokenizer.Encode("<x>"), id => id >= _model.TextEncoder.Config.VocabSize);

        // With equal images, noise and timesteps, so that nothing but the text makes the difference.
        var start = MeanLoss("a c");
        using var active = embedding.Activate(_model);
        Assert.True(MeanLoss("a <x>") < start - 1e-4, $"{start} → {MeanLoss("a <x>")}");
    }

    [Fact]
    public void A_gradient_reaches_the_vectors_of_the_token_alone()
    {
        using var scope = NewDisposeScope();
        using var frozen = new FrozenParameters([.. _model.Modules]);
        using var parameters = new FlatParameters([randn(2, TinyModels.TextWidth)], CPU);
        using var other = new TokenEmbedding("<y>", randn(1, TinyModels.TextWidth));
        using var otherActive = other.Activate(_model);
        using var active = new ActiveTokenEmbedding(_model, "<x>", parameters.Leaves);
        new PromptEncoder(_model).Encode(["a <x>_1 <y>"]).Embeds.square().mean().backward();
        var gradient = parameters.Gradients.reshape(2, -1);
        Assert.Equal(0, gradient[0].abs().max().item<float>());
        Assert.True(gradient[1].abs().max().item<float>() > 0);
        Assert.All(_model.TextEncoder.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Equal_seeds_give_equal_embeddings_and_other_seeds_and_settings_others()
    {
        using var first = Train(s_options);
        using var again = Train(s_options);
        Assert.True(Tensors.BitEqual(first.Vectors, again.Vectors));
        foreach (var changed in new[] { s_options with { Seed = 6 }, s_options with { Templates = ["a {token}"] },
            s_options with { InitializerText = "d" }, s_options with { KeepNorm = true } })
        {
            using var other = Train(changed);
            Assert.False(Tensors.BitEqual(first.Vectors, other.Vectors));
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public void A_run_that_crashed_goes_on_bit_by_bit(bool keepNorm, int vectors)
    {
        var options = s_options with { KeepNorm = keepNorm, Vectors = vectors };
        using var uninterrupted = Train(options);
        Assert.Throws<InvalidOperationException>(
            () => Train(options with { CheckpointFolder = _folder }, TinyTraining.CrashAfter(5)));
        var steps = new List<int>();
        using var resumed = Train(options with { CheckpointFolder = _folder }, progress => steps.Add(progress.Step));
        Assert.Equal([4, 5, 6, 7, 8], steps);
        Assert.True(Tensors.BitEqual(uninterrupted.Vectors, resumed.Vectors));
        Assert.Contains("token",
            Assert.Throws<InvalidDataException>(
                () => Train(options with { CheckpointFolder = _folder, Token = "<y>" })).Message);
    }

    [Fact]
    public void Kept_norms_stay_and_the_directions_change()
    {
        using var embedding = Train(s_options with { KeepNorm = true, Vectors = 2, InitializerText = "c d" });
        using var start = cat([Row("c"), Row("d")]);
        using var norms = start.norm(1);
        TensorAssert.Close(norms, embedding.Vectors.norm(1), 1e-5);
        Assert.False(Tensors.BitEqual(start, embedding.Vectors));
    }

    [Fact]
    public void Vectors_start_from_the_tokens_of_the_text_or_all_from_their_mean()
    {
        // A rate of next to nothing shows the start.
        var options = s_options with { Steps = 1, LearningRate = 1e-12, WeightDecay = 0 };
        using var each = Train(options with { Vectors = 2, InitializerText = "c d" });
        using var mean = Train(options with { Vectors = 3, InitializerText = "c d" });
        using var rows = cat([Row("c"), Row("d")]);
        TensorAssert.Close(rows, each.Vectors, 1e-6);
        TensorAssert.Close(rows.mean([0], keepdim: true).expand(3, -1), mean.Vectors, 1e-6);
    }

    [Fact]
    public void SDXL_models_learn_a_vector_for_each_text_encoder()
    {
        using var model = TinyModelKinds.Create(TinyModelKinds.Xl);
        using var embedding = new TextualInversionTrainer(model, s_options).Train(_images);
        Assert.Equal((model.TextEncoder.Config.HiddenSize, model.TextEncoder2!.Config.HiddenSize),
            (embedding.Vectors.shape[1], embedding.Vectors2!.shape[1]));
        embedding.Save(Path.Combine(_folder, "xl.safetensors"));
        using var loaded = TokenEmbedding.Load(Path.Combine(_folder, "xl.safetensors"));
        using var active = loaded.Activate(model);
        var images = new TextToImagePipeline(model).Generate(
            [new ImageRequest("a <x>", new NoiseKey(1, "c"))], new SamplingOptions { Steps = 1 });
        Assert.Single(images).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_in_half_precision_gets_vectors_in_float32(bool recompute)
    {
        using var half = TinyModels.LatentDiffusion(ScalarType.BFloat16);
        using var embedding = new TextualInversionTrainer(half, s_options with { RecomputeActivations = recompute })
            .Train(_images);
        Assert.Equal(ScalarType.Float32, embedding.Vectors.dtype);
        Assert.True(embedding.Vectors.isfinite().all().item<bool>());
        using var active = embedding.Activate(half);
    }

    [Fact]
    public void A_run_that_diverges_stops_and_keeps_the_last_good_embedding()
    {
        var error = Assert.Throws<TrainingDivergedException>(
            () => Train(s_options with { LearningRate = 1e25, WeightDecay = 0, Steps = 50 }));
        Assert.Contains("learning rate", error.Message);
        using var lastGood = error.LastGoodEmbedding!;
        Assert.True(lastGood.Vectors.isfinite().all().item<bool>());
    }

    [Fact]
    public void Misuse_is_refused_with_a_sentence()
    {
        Assert.Contains("no example",
            Assert.Throws<ArgumentException>(() => new TextualInversionTrainer(_model, s_options).Train([])).Message);
        Assert.Contains("{token}",
            Assert.Throws<ArgumentException>(() => Train(s_options with { Templates = ["a"] })).Message);
        Assert.Contains("\"  \"",
            Assert.Throws<ArgumentException>(() => Train(s_options with { InitializerText = "  " })).Message);
        Assert.Contains("knows 'c'",
            Assert.Throws<ArgumentException>(() => Train(s_options with { Token = "c" })).Message);
        Assert.ThrowsAny<ArgumentException>(() => Train(s_options with { Vectors = 0 }));
    }

    [Fact]
    public void Defaults_are_DA_Fusion_s()
    {
        var options = new TextualInversionOptions();
        Assert.Equal((1000, 4, 4 * 5e-4, 0, LearningRateSchedule.Constant, 1),
            (options.Steps, options.BatchSize, options.LearningRate, options.WarmupSteps, options.Schedule,
                options.Vectors));
    }

    [Fact]
    public void Training_keeps_memory_flat()
    {
        using var scope = NewDisposeScope();
        var (half, managedHalf) = (0L, 0L);
        using (Train(s_options with { Steps = 80, KeepNorm = true }, progress =>
        {
            if (progress.Step == 40) (half, managedHalf) =
                (ResidentMemory.Bytes(), GC.GetTotalMemory(forceFullCollection: true));
        })) { }
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managedHalf, long.MinValue, 2 << 20);
        Assert.InRange(ResidentMemory.Bytes() - half, long.MinValue, 16 << 20);
        Assert.Equal(0, scope.DisposablesCount);
    }

    private TokenEmbedding Train(TextualInversionOptions options, Action<TrainingProgress>? progress = null) =>
        new TextualInversionTrainer(_model, options).Train(
            _images, progress is null ? null : new Callback<TrainingProgress>(progress));

    private IEnumerable<KeyValuePair<string, Tensor>> Weights() =>
        _model.TextEncoder.state_dict().Concat(_model.UNet.state_dict());

    private double MeanLoss(string prompt)
    {
        using var scope = NewDisposeScope();
        using var gradientMode = no_grad();
        var batches = TinyTraining.Batches(
            _model, [.. _images.Select(image => new TrainingExample(image, prompt))],
            TinyTraining.Options with { BatchSize = 3 });
        var (scheduler, encoder) = (new DdpmScheduler(_model.SchedulerConfig), new PromptEncoder(_model));
        return Enumerable.Range(0, 20).Select(batches.Draw).Average(batch => NoisePredictionLoss
            .Compute(_model.UNet, scheduler, new NoisedLatents(batch.Latents, batch.Noise, batch.Timesteps),
                encoder.Encode(batch.Prompts).Embeds).item<float>());
    }

    private Tensor Row(string letter)
    {
        using var id = tensor(_model.Tokenizer.Encode(letter));
        return _model.TextEncoder.state_dict()["text_model.embeddings.token_embedding.weight"].index_select(0, id)
            .detach();
    }
}
