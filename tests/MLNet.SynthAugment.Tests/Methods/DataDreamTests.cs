using System.Security.Cryptography;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>DataDream on a model of a few thousand random weights, 16×16 pixels.</summary>
public sealed class DataDreamTests : IDisposable
{
    private static readonly DataDream Quick = new()
    {
        Training = new() { Rank = 2, Alpha = 4, Epochs = 2, WarmupSteps = 1, BatchSize = 4, LearningRate = 1e-2 },
        Sampling = new() { Steps = 2 },
    };

    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;

    public DataDreamTests()
    {
        _shots = _fitting.WriteShots();
        using var model = TinyModels.LatentDiffusion();
        model.Save(ModelFolder, Precision.Float32);
    }

    public void Dispose() => _fitting.Dispose();

    private string ModelFolder => _fitting.Folder["model"];

    private SynthesizeFewShotTransformer Fit(
        DataDream method, Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(perClass: 4);
        options.Method = method;
        options.Model = DiffusionModel.FromFolder(ModelFolder);
        options.Device = "cpu";
        options.BatchSize = 2;
        change?.Invoke(options);
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), options);
    }

    private static List<string> Hashes(SynthesizeFewShotTransformer transformer, string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(transformer.StoreFolder, folder), pattern, SearchOption.AllDirectories)
            .Order().Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];

    private static string[] Adapters(SynthesizeFewShotTransformer transformer) =>
        Directory.GetFiles(Path.Combine(transformer.StoreFolder, "state"), "*.safetensors");

    private int TrainingsLogged => _fitting.Log.Count(line => line.Contains("Training the LoRA adapter"));

    [Theory]
    [InlineData(LoraScope.Dataset, 1)]
    [InlineData(LoraScope.Class, 3)]
    public void Trains_an_adapter_for_its_scope_once_and_samples_images_of_the_model_s_size(
        LoraScope scope, int adapters)
    {
        var fitted = Fit(Quick with { Scope = scope });
        Assert.Equal(12, fitted.SyntheticOnly.GetRowCount());
        Assert.Equal(adapters, Adapters(fitted).Length);
        Assert.Equal(adapters, TrainingsLogged);
        Assert.Equal(12, Hashes(fitted, "images", "*.png").Distinct().Count());
        Assert.Equal(1, _fitting.Log.Count(line => line.Contains("Computing on the CPU (device option 'cpu')")));

        Fit(Quick with { Scope = scope });
        Assert.Equal(adapters, TrainingsLogged);
    }

    [Fact]
    public void Images_lost_after_training_come_back_byte_identical_without_training_again()
    {
        var fitted = Fit(Quick);
        var expected = Hashes(fitted, "images", "*.png");
        foreach (var image in Directory.GetFiles(
            Path.Combine(fitted.StoreFolder, "images"), "*3.png", SearchOption.AllDirectories))
            File.Delete(image);
        Assert.Equal(expected, Hashes(Fit(Quick), "images", "*.png"));
        Assert.Equal(1, TrainingsLogged);
    }

    [Fact]
    public void A_damaged_adapter_is_trained_again_to_the_same_bytes()
    {
        var fitted = Fit(Quick);
        var (adapter, expected) = (Hashes(fitted, "state", "*.safetensors"), Hashes(fitted, "images", "*.png"));
        File.WriteAllText(Adapters(fitted).Single(), "damaged");
        Directory.Delete(Path.Combine(fitted.StoreFolder, "images"), recursive: true);
        Fit(Quick);
        Assert.Equal(2, TrainingsLogged);
        Assert.Equal(expected, Hashes(fitted, "images", "*.png"));
        Assert.Equal(adapter, Hashes(fitted, "state", "*.safetensors"));
    }

    [Fact]
    public void Training_changes_the_images()
    {
        var trained = Hashes(Fit(Quick), "images", "*.png");
        Assert.Empty(trained.Intersect(
            Hashes(Fit(Quick with { Training = Quick.Training with { Epochs = 4 } }), "images", "*.png")));
    }

    [Fact]
    public void A_loaded_transformer_makes_further_images_without_training_again()
    {
        var fitted = Fit(Quick);
        fitted.Save(_fitting.Folder["saved"]);
        var loaded = SynthesizeFewShotTransformer.Load(_fitting.ML, _fitting.Folder["saved"]);
        fitted.Synthesize(2);
        loaded.Synthesize(2);
        Assert.Equal(Hashes(fitted, "images", "*.png"), Hashes(loaded, "images", "*.png"));
        Assert.Equal(1, TrainingsLogged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_that_takes_images_is_shown_shots_if_asked_to(bool conditionOnShots)
    {
        using (var model = TinyModelKinds.Create(TinyModelKinds.UnClipWithLatents))
            model.Save(_fitting.Folder["unclip"], Precision.Float32);
        var fitted = Fit(Quick with { ConditionOnShots = conditionOnShots },
            options => options.Model = DiffusionModel.FromFolder(_fitting.Folder["unclip"]));
        var rows = _fitting.ML.Data.CreateEnumerable<SyntheticDrawing>(fitted.SyntheticOnly, reuseRowObject: false)
            .ToList();
        Assert.Equal(12, Hashes(fitted, "images", "*.png").Distinct().Count());
        Assert.All(rows, row => Assert.Equal(
            conditionOnShots, !row.SourceId.StartsWith("class:", StringComparison.Ordinal)));
        if (conditionOnShots)
            Assert.True(rows.Select(row => row.SourceId).Distinct().Count() > 3);
    }

    [Fact]
    public void Several_templates_are_drawn_from_by_training_and_images()
    {
        var fitted = Fit(Quick with { Templates = ["a photo of a {class}", "one {class}", "my {class}"] });
        var prompts = _fitting.ML.Data.CreateEnumerable<SyntheticDrawing>(fitted.SyntheticOnly, reuseRowObject: false)
            .Select(row => row.SynthesisPrompt).Distinct().ToList();
        Assert.InRange(prompts.Count, 4, 9);
        Assert.DoesNotContain(prompts, prompt => prompt.Contains('{'));
        Assert.Contains("Templates",
            Assert.ThrowsAny<ArgumentException>(() => Fit(Quick with { Templates = [] })).Message);
        Assert.All(DataDreamTemplates.Photo, template => Assert.Contains("{class}", template));
    }

    [Fact]
    public void Sample_images_are_made_on_request_and_change_nothing()
    {
        var plain = Fit(Quick);
        var adapter = Hashes(plain, "state", "*.safetensors");
        Directory.Delete(plain.StoreFolder, recursive: true);
        var watched = Fit(Quick with { ValidateEvery = 4 });
        Assert.Equal(plain.StoreFolder, watched.StoreFolder);
        Assert.Equal(["step-000004-0.png", "step-000004-1.png", "step-000004-2.png", "step-000006-0.png",
            "step-000006-1.png", "step-000006-2.png"],
            Directory.GetFiles(Path.Combine(watched.StoreFolder, "state", "validation", "dataset"))
                .Select(Path.GetFileName).Order());
        Assert.Equal(adapter, Hashes(watched, "state", "*.safetensors"));
    }

    [Fact]
    public void Half_precision_is_another_store_and_gives_images()
    {
        var full = Fit(Quick);
        var half = Fit(Quick, options => options.Precision = Precision.BFloat16);
        Assert.NotEqual(full.StoreFolder, half.StoreFolder);
        Assert.Equal(12, half.SyntheticOnly.GetRowCount());
    }

    [Fact]
    public void Progress_tells_steps_images_and_time_left()
    {
        Fit(Quick);
        Assert.Contains(_fitting.Log, line => line.Contains("6 of 6 training steps, loss"));
        Assert.Contains(_fitting.Log, line => line.Contains("12 of 12 synthetic images,")
            && line.EndsWith("a second, 0 s left."));
    }

    [Fact]
    public void Cancellation_while_training_stops_and_the_next_fit_completes()
    {
        using var cancel = new CancellationTokenSource();
        _fitting.ML.Log += (_, entry) =>
        {
            if (entry.RawMessage.Contains("Training the LoRA adapter"))
                cancel.Cancel();
        };
        Assert.Throws<OperationCanceledException>(
            () => Fit(Quick, options => options.CancellationToken = cancel.Token));
        Assert.Equal(12, Fit(Quick).SyntheticOnly.GetRowCount());
    }

    [Fact]
    public void A_damaged_model_and_a_missing_device_are_clear_errors()
    {
        Assert.Contains("CUDA device 7",
            Assert.Throws<InvalidOperationException>(() => Fit(Quick, options => options.Device = "cuda:7")).Message);
        Assert.Contains("'tpu'",
            Assert.Throws<ArgumentException>(() => Fit(Quick, options => options.Device = "tpu")).Message);
        var weights = Directory.GetFiles(Path.Combine(ModelFolder, "unet"), "*.safetensors").Single();
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^100]);
        Assert.Contains(weights, Assert.Throws<SafetensorsException>(() => Fit(Quick)).Message);
    }

    [Fact]
    public void Defaults_are_the_paper_s()
    {
        var method = new DataDream();
        Assert.Equal((16, 16f, 1e-4, 200, 8, 100, true, 50, 2.0),
            (method.Training.Rank, method.Training.Alpha, method.Training.LearningRate, method.Training.Epochs,
                method.Training.BatchSize,
            method.Training.WarmupSteps, method.Training.TrainTextEncoder, method.Sampling.Steps,
                method.Sampling.GuidanceScale));
        Assert.Equal(400, method.Training.StepsFor(16));
        Assert.Equal(4000, method.Training.StepsFor(160));
        Assert.Equal(4000, (method
            with
        { Training = method.Training with { BatchSize = 2, GradientAccumulation = 4 } }).Training.StepsFor(
                160));
        Assert.Equal(["a {word}photo of a {class}"], method.Templates);
        Assert.Equal((null, 0, 0), (method.Training.MinSnrGamma, method.Training.NoiseOffset,
            method.Training.CaptionDropout));
    }

    [Theory]
    [InlineData("", "a photo of a tulip")]
    [InlineData("flower", "a flower photo of a tulip")]
    public void The_prompt_names_the_class_and_the_data_set(string word, string expected)
    {
        _shots.RemoveAll(shot => shot.Label == "owl");
        var options = _fitting.Options(perClass: 1);
        options.ClassNames = new Dictionary<string, string> { ["cat"] = "tulip" };
        var prompts = new List<string>();
        options.Method = new ShiftedShots
        {
            OnBatch = batch => prompts.Add(
        Assert.Single(new DataDream { DatasetWord = word }.PromptsOf(batch.Class)))
        };
        _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), options);
        Assert.Contains(expected, prompts);
    }
}
