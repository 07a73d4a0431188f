using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.Seeds;
using MLNet.SynthAugment.Methods;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>SeedSelect on a model and a CLIP model of a few thousand random weights, 16×16 pixels.</summary>
public sealed class SeedSelectTests : IDisposable
{
    private static readonly SeedSelect Quick = new()
    {
        Sampling = new() { Steps = 3, GuidanceScale = 2 },
        Optimization = new() { Iterations = 3, LearningRate = 0.02 },
        Anchors = 2,
        BootstrapIterations = 2,
        SeedsAtOnce = 2,
        InversionSteps = 3,
        Paths = new() { PathPoints = 4, Iterations = 5 },
    };

    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;
    private ImageTextModel? _clip;

    public SeedSelectTests() => _shots = [.. _fitting.WriteShots().Where(shot => shot.Label != "owl")];

    public void Dispose() => _fitting.Dispose();

    private SynthesizeFewShotTransformer Fit(
        SeedSelect method, int perClass = 4, string kind = TinyModelKinds.StableDiffusion1,
        Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(perClass: perClass);
        options.Method = method;
        options.Model = Model(kind);
        options.Clip = _clip ??= TinyClip.Save(_fitting.Folder["clip"]);
        options.Device = "cpu";
        options.BatchSize = 2;
        change?.Invoke(options);
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), options);
    }

    private DiffusionModel Model(string kind)
    {
        var folder = _fitting.Folder[kind.Replace(", ", "-", StringComparison.Ordinal)];
        if (!Directory.Exists(folder))
        {
            using var model = TinyModelKinds.Create(kind);
            model.Save(folder, Precision.Float32);
        }
        return DiffusionModel.FromFolder(folder);
    }

    private static string[] SeedFiles(SynthesizeFewShotTransformer transformer) =>
        [.. Directory.GetFiles(Seeds(transformer), "*.safetensors", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)];

    private static string Seeds(SynthesizeFewShotTransformer transformer) =>
        Path.Combine(transformer.StoreFolder, "state", "seeds");

    private static string[] ImageFiles(SynthesizeFewShotTransformer transformer) =>
        [.. Directory.GetFiles(Path.Combine(transformer.StoreFolder, "images"), "*.png", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)];

    private static List<string> Hashes(IEnumerable<string> files) =>
        [.. files.Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];

    private static List<JsonNode> Details(SynthesizeFewShotTransformer transformer) =>
        [.. SeedFiles(transformer).SelectMany(file =>
    {
        using var set = SeedSet.Load(file);
        return set.Details.Select(details => JsonNode.Parse(details)!).ToList();
    })];

    private static void AssertSamePictures(SynthesizeFewShotTransformer expected, SynthesizeFewShotTransformer actual)
    {
        // The store makes whole batches, so that one may hold a few images more.
        var common = Names(expected).Intersect(Names(actual)).ToList();
        Assert.InRange(common.Count, 8, int.MaxValue);
        foreach (var name in common)
        {
            using var first = Image.Load<Rgb24>(Path.Combine(expected.StoreFolder, name));
            using var second = Image.Load<Rgb24>(Path.Combine(actual.StoreFolder, name));
            TestImages.AssertClose(TestImages.Bytes(first), TestImages.Bytes(second));
        }

        static IEnumerable<string> Names(SynthesizeFewShotTransformer transformer) =>
            ImageFiles(transformer).Select(file => Path.GetRelativePath(transformer.StoreFolder, file));
    }

    [Fact]
    public void Seeds_are_optimised_once_in_groups_and_later_images_start_from_anchors()
    {
        var fitted = Fit(Quick);
        Assert.Equal(8, fitted.SyntheticOnly.GetRowCount());
        Assert.Equal(8, Hashes(ImageFiles(fitted)).Distinct().Count());
        Assert.Equal(4, SeedFiles(fitted).Length);
        var details = Details(fitted);
        Assert.Equal(["noise", "noise", "anchor", "anchor", "noise", "noise", "anchor", "anchor"],
            details.Select(image => (string)image["start"]!));
        Assert.All(details, image => Assert.InRange((double)image["lossAfter"]!, 0, (double)image["lossBefore"]!));
        Assert.All(details.Where(image => image["anchor"] is not null),
            image => Assert.InRange((int)image["anchor"]!, 0, 1));
        Assert.All(details.Where(image => (string)image["start"]! == "noise"),
            image => Assert.True((double)image["lossAfter"]! < (double)image["lossBefore"]!));
        // Three evaluations: the start's and those after two updates; what a third update led to would never be looked
        // at.
        Assert.All(details.Where(image => (string)image["start"]! == "noise"),
            image => Assert.Equal((3, 2), ((int)image["evaluations"]!, Math.Max((int)image["updates"]!, 2))));
        Assert.Contains(_fitting.Log, line => line.Contains("mean loss") && line.Contains("before,")
            && line.Contains("after 3 evaluations"));

        var modified = SeedFiles(fitted).Select(File.GetLastWriteTimeUtc).ToList();
        Fit(Quick, perClass: 4, change: options => options.BatchSize = 3);
        Assert.Equal(modified, SeedFiles(fitted).Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void Images_do_not_depend_on_the_batch_and_lost_seeds_and_images_come_back()
    {
        var fitted = Fit(Quick, perClass: 5);
        var (seeds, images) = (Hashes(SeedFiles(fitted)), Hashes(ImageFiles(fitted)));
        var alone = Fit(Quick, perClass: 5,
            change: options => (options.BatchSize, options.StoreFolder) = (1, _fitting.Folder["other"]));
        Assert.Equal(seeds, Hashes(SeedFiles(alone)));
        AssertSamePictures(fitted, alone);

        File.Delete(SeedFiles(fitted)[0]);
        File.WriteAllText(SeedFiles(fitted)[0], "damaged");
        ImageFiles(fitted).ToList().ForEach(File.Delete);
        Fit(Quick, perClass: 5);
        Assert.Equal(seeds, Hashes(SeedFiles(fitted)));
        Assert.Equal(images, Hashes(ImageFiles(fitted)));
        Assert.Contains(_fitting.Log, line => line.Contains("damaged and are optimised again"));
    }

    [Fact]
    public void Saved_seeds_are_replayed_elsewhere_without_CLIP_and_without_optimising()
    {
        var fitted = Fit(Quick);
        var copy = _fitting.Folder["copied"];
        fitted.ExportSeeds(copy);
        Assert.Contains("not empty", Assert.Throws<IOException>(() => fitted.ExportSeeds(copy)).Message);
        var optimised = _fitting.Log.Count(line => line.Contains("mean loss"));
        var replayed = Fit(SeedSelect.Replay(copy), change: options => options.Clip = null);
        Assert.Equal(optimised, _fitting.Log.Count(line => line.Contains("mean loss")));
        Assert.NotEqual(fitted.StoreFolder, replayed.StoreFolder);
        AssertSamePictures(fitted, replayed);
        replayed.ExportSeeds(_fitting.Folder["again"]);
        Assert.Equal(SeedSelect.Replay(copy).SeedsHash, SeedSelect.Replay(_fitting.Folder["again"]).SeedsHash);
        var without = Fit(Quick, change: options => options.Method = new ShiftedShots());
        Assert.Contains("without seeds",
            Assert.Throws<InvalidOperationException>(() => without.ExportSeeds(_fitting.Folder["none"])).Message);

        Assert.Contains("4 saved seeds for class 'cat'",
            Assert.Throws<InvalidOperationException>(() => Fit(SeedSelect.Replay(copy), perClass: 5)).Message);
        var one = SeedSelect.Replay(SeedFiles(fitted)[0]);
        Assert.Contains("no saved seeds for class 'dog'",
            Assert.Throws<InvalidOperationException>(() => Fit(one, perClass: 2)).Message);
        Assert.Contains("another model",
            Assert.Throws<InvalidOperationException>(
                () => Fit(one, perClass: 2, kind: TinyModelKinds.StableDiffusion2)).Message);
        Assert.Contains("no seeds",
            Assert.Throws<FileNotFoundException>(() => SeedSelect.Replay(_fitting.Folder["nothing"])).Message);
    }

    [Fact]
    public void Norm_aware_paths_are_kept_and_a_class_of_one_shot_starts_at_noise()
    {
        _shots.RemoveAll(shot => shot.Label == "dog" && shot != _shots.First(other => other.Label == "dog"));
        var fitted = Fit(Quick with { Start = SeedSelectStart.NormAwarePath, Anchors = 2, Bootstrap = false },
            perClass: 3);
        Assert.Equal(["path", "path", "path", "path", "noise", "noise", "noise", "noise"],
            Details(fitted).Select(image => (string)image["start"]!));
        Assert.Single(Directory.GetFiles(Path.Combine(fitted.StoreFolder, "state", "paths")));
        Assert.Equal(ImageFiles(fitted).Length, Hashes(ImageFiles(fitted)).Distinct().Count());
        Assert.Contains(_fitting.Log, line => line.Contains("'dog' has one shot"));
    }

    [Fact]
    public void A_model_that_takes_images_is_conditioned_on_shots_and_replays_so()
    {
        var fitted = Fit(Quick, kind: TinyModelKinds.UnClip);
        var details = Details(fitted);
        Assert.True(details.Select(image => (string)image["conditionShot"]!["imageSha256"]!).Distinct().Count() > 1);
        Assert.All(details.Take(4).Where(image => image["anchor"] is not null),
            image => Assert.Equal((string)details[(int)image["anchor"]!]["conditionShot"]!["imageSha256"]!,
                (string)image["conditionShot"]!["imageSha256"]!));
        Assert.All(StoredDetails.Of(fitted), image => Assert.Equal(image.Label, _shots[(int)image.SourceRow!].Label));
        AssertSamePictures(fitted, Fit(SeedSelect.Replay(Seeds(fitted)), kind: TinyModelKinds.UnClip));
        var unconditioned = Fit(Quick with { ConditionOnShots = false }, kind: TinyModelKinds.UnClip);
        Assert.All(Details(unconditioned), image => Assert.Null(image["conditionShot"]));
        Assert.Empty(Hashes(ImageFiles(fitted)).Intersect(Hashes(ImageFiles(unconditioned))));
    }

    [Fact]
    public void A_start_without_finite_loss_is_replaced_and_an_endless_one_is_an_error()
    {
        var fitted = Fit(Quick with { Anchors = 1 }, perClass: 1);
        foreach (var file in SeedFiles(fitted))
        {
            if (!file.EndsWith("000000.safetensors", StringComparison.Ordinal))
            {
                File.Delete(file);
                continue;
            }
            using var anchors = SeedSet.Load(file);
            using var huge = anchors.Seeds * 1e30;
            using var broken = anchors with { Seeds = huge };
            broken.Save(file);
        }
        fitted.Synthesize(2);
        Assert.Contains("fresh noise", Details(fitted).Select(image => (string)image["start"]!));
        Assert.Contains(_fitting.Log, line => line.Contains("start again from other noise"));
        Assert.All(Details(fitted), image => Assert.True(double.IsFinite((double)image["lossAfter"]!)));

        var never = Quick with { Optimization = Quick.Optimization with { SemanticWeight = double.MaxValue } };
        Assert.Contains("no finite loss", Assert.Throws<InvalidOperationException>(() => Fit(never)).Message);
    }

    [Fact]
    public void Cancellation_inside_an_optimisation_stops_and_the_next_fit_gives_the_same_images()
    {
        // Long enough that the timer fires within the second group, also where it is late because all cores are busy.
        var method = Quick with { Optimization = Quick.Optimization with { Iterations = 12 }, Anchors = 0 };
        var expected = Hashes(ImageFiles(
            Fit(method, change: options => options.StoreFolder = _fitting.Folder["whole"])));
        using var cancel = new CancellationTokenSource();
        var conclusions = 0;
        _fitting.ML.Log += (_, entry) =>
        {
            // The second group begins when the first has ended.
            if (entry.RawMessage.Contains("mean loss") && ++conclusions == 1)
                cancel.CancelAfter(TimeSpan.FromMilliseconds(5));
        };
        Assert.ThrowsAny<OperationCanceledException>(
            () => Fit(method, change: options => options.CancellationToken = cancel.Token));
        var resumed = Fit(method);
        Assert.Equal(expected, Hashes(ImageFiles(resumed)));
    }

    [Fact]
    public void Defaults_are_the_released_ones_and_nonsense_is_refused()
    {
        var method = new SeedSelect();
        Assert.Equal((30, 0.1, 3, 0.1, 0.01, 10.0, 1.0, 20, 7.5),
            (method.Optimization.Iterations, method.Optimization.LearningRate, method.Optimization.DropAfter,
                method.Optimization.DropFactor,
            method.Optimization.WeightDecay, method.Optimization.SemanticWeight, method.AppearanceWeight,
                method.Sampling.Steps,
                method.Sampling.GuidanceScale));
        Assert.Equal([0.05, 0.25, 0.7], method.Optimization.StepWeights);
        Assert.Equal((5, 0.05, 1.0, 50),
            (SeedSelect.NormAware.Optimization.Iterations, SeedSelect.NormAware.Optimization.LearningRate,
                SeedSelect.NormAware.Sampling.GuidanceScale,
                SeedSelect.NormAware.InversionSteps));
        Assert.Contains("no loss",
            Assert.Throws<ArgumentException>(
                () => Fit(Quick with
                {
                    Optimization = Quick.Optimization with { SemanticWeight = 0 },
                    AppearanceWeight =
                    0
                })).Message);
        Assert.Contains("StepWeights",
            Assert.Throws<ArgumentException>(() =>
                Fit(Quick with { Sampling = Quick.Sampling with { Steps = 2 } })).Message);
        Assert.Contains("Perturbation",
            Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Quick with { Perturbation = 2 })).Message);
        Assert.Contains("CLIP", Assert.Throws<InvalidOperationException>(
            () => Fit(Quick, change: options => options.Clip = null)).Message);
        Assert.All(Details(Fit(Quick with { Optimization = Quick.Optimization with { Iterations = 1 }, Anchors = 0 },
            perClass: 1)),
            image => Assert.Equal((1, (double)image["lossBefore"]!),
                ((int)image["evaluations"]!, (double)image["lossAfter"]!)));
        Assert.Equal(2, Fit(Quick with { Optimization = Quick.Optimization with { SemanticWeight = 0 } }, perClass: 1,
            change: options => options.Clip = null).SyntheticOnly.GetRowCount());
    }
}
