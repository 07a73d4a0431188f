using Microsoft.Data.Sqlite;
using Microsoft.ML;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Tests.Selection;

/// <summary>
/// Which candidates are accepted, and what is recorded of them. The CLIP model is random; it tells the drawings apart
/// by the shots.
/// </summary>
public sealed class SelectionTests : IDisposable
{
    private static readonly ImageSelection ByShots = new()
    { Clip = new ClipFilter { Reference = ClassReference.Shots } };
    private static readonly ImageSelection NoCopies = new()
    { NearCopies = new NearCopyFilter { MaximumSimilarity = 0.999999, RelativeToShots = false } };

    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;
    private readonly ImageTextModel _clip;
    private int _candidates;

    public SelectionTests()
    {
        _shots = _fitting.WriteShots();
        _clip = TinyClip.Save(_fitting.Folder["clip"]);
    }

    public void Dispose() => _fitting.Dispose();

    private SynthesizeFewShotTransformer Fit(
        string plan, ImageSelection selection, int perClass = 6,
        Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options(perClass: perClass);
        options.Method = new PlannedImages { Plan = plan, OnBatch = batch => _candidates += batch.Indices.Count };
        options.Selection = selection;
        options.Clip = _clip;
        options.Device = "cpu";
        change?.Invoke(options);
        return _fitting.Fit(_fitting.ML.Data.LoadFromEnumerable(_shots), options);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        public float SynthesisScore { get; set; }

        public int Number => int.Parse(Path.GetFileNameWithoutExtension(ImagePath));
    }

    private List<Row> Rows(IDataView view, string label = "dog") =>
        [.. _fitting.ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Where(row => row.Label == label)];

    private static List<string> Query(SynthesizeFewShotTransformer transformer, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(transformer.StoreFolder, "manifest.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join("|",
                Enumerable.Range(0, reader.FieldCount)
                    .Select(i => reader.IsDBNull(i)
                        ? "" : Convert.ToString(
                            reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        return rows;
    }

    [Theory]
    [InlineData("a photo", "lacks {class}")]
    [InlineData("a {word}photo of a {class}", "'{word}' is no placeholder; {class} stands for the class's name")]
    [InlineData(" ", "it is empty")]
    [InlineData(null, "has no prompt")]
    public void A_template_that_tells_no_class_from_another_is_refused(string? template, string message)
    {
        var filter = new ClipFilter { Templates = template is null ? [] : ["a photo of a {class}", template] };
        Assert.Contains(message,
            Assert.ThrowsAny<ArgumentException>(() => Fit("g", new ImageSelection { Clip = filter })).Message);
        // By shots no template is looked at.
        Fit("g", new ImageSelection { Clip = filter with { Reference = ClassReference.Shots } });
    }

    [Fact]
    public void The_first_accepted_candidates_are_the_class_s_images_and_the_rejected_are_kept_with_the_reason()
    {
        var fitted = Fit("gwg", ByShots);
        Assert.Equal([0, 2, 3, 5, 6, 8], Rows(fitted.SyntheticOnly).Select(row => row.Number));
        Assert.All(Rows(fitted.SyntheticOnly), row => Assert.InRange(row.SynthesisScore, 1f / 3, 1));
        Assert.Equal(9 * 3, _candidates);
        var rejected = fitted.Rejected.Where(image => image.Label == "dog").ToList();
        Assert.Equal([1, 4, 7], rejected.Select(image => image.Number));
        Assert.All(rejected, image =>
        {
            Assert.StartsWith("taken for 'owl' with probability 0.", image.Reason);
            Assert.True(File.Exists(image.Path) && !image.IsUsed && image.Score < 0.5);
        });
        Assert.Equal(["accepted|6", "rejected|3"],
            Query(fitted, "SELECT decision, count(*) FROM overview WHERE label = 'dog' GROUP BY decision"));
        Assert.Equal(["owl"], Query(
            fitted, "SELECT DISTINCT most_probable_class FROM decision WHERE accepted = 0 AND label = 'dog'"));
        Assert.Equal(["""{"Reference":"Shots","Templates":["a photo of a {class}"],"MinimumProbability":null}"""],
            Query(fitted, "SELECT settings -> 'Clip' FROM selection"));
        Assert.Contains(_fitting.Log, line => line.Contains("The selection accepted 18 of 27 candidates (66.7 %)."));
    }

    [Fact]
    public void Without_a_selection_every_candidate_is_accepted()
    {
        var fitted = Fit("gwg", ImageSelection.None);
        Assert.Equal([0, 1, 2, 3, 4, 5], Rows(fitted.SyntheticOnly).Select(row => row.Number));
        Assert.Empty(fitted.Rejected);
        Assert.All(Rows(fitted.SyntheticOnly), row => Assert.Equal(0.25f, row.SynthesisScore));
        Assert.Equal(18, _candidates);
    }

    [Fact]
    public void Another_selection_decides_anew_on_the_same_images_and_the_first_one_s_decisions_are_kept()
    {
        var all = Fit("gwg", ImageSelection.None);
        var (some, made) = (Fit("gwg", ByShots), _candidates);
        Assert.Equal(all.StoreFolder, some.StoreFolder);
        Assert.Equal(18 + 9, made);
        var again = Fit("gwg", ByShots);
        Assert.Equal(made, _candidates);
        Assert.Equal(Rows(some.SyntheticOnly).Select(row => (row.Number, row.SynthesisScore)),
            Rows(again.SyntheticOnly).Select(row => (row.Number, row.SynthesisScore)));
        Assert.Equal([0, 1, 2, 3, 4, 5], Rows(Fit("gwg", ImageSelection.None).SyntheticOnly).Select(row => row.Number));
        // What is decided needs no CLIP model any more, only its hash.
        Assert.Equal(1, _fitting.Log.Count(line => line.Contains("Loading") && line.Contains(_clip.Folder)));
    }

    [Fact]
    public void A_minimum_probability_takes_the_place_of_the_argmax()
    {
        var strict = Fit("g", new ImageSelection
        {
            Clip = new ClipFilter
            { Reference = ClassReference.Shots, MinimumProbability = 0.9999999 },
            MaxTries = 1
        });
        Assert.Equal(18, strict.Rejected.Count);
        Assert.StartsWith("the probability of its class, 0.", strict.Rejected[0].Reason);
        var lax = Fit("w", new ImageSelection
        { Clip = new ClipFilter { Reference = ClassReference.Shots, MinimumProbability = 0 }, MaxTries = 1 });
        Assert.Empty(lax.Rejected);
    }

    [Fact]
    public void The_text_reference_classifies_by_the_templates_and_equal_names_are_equally_right()
    {
        var selection = new ImageSelection
        { Clip = new ClipFilter { Templates = ["a {class}", "b {class} c"] }, MaxTries = 1 };
        var fitted = Fit("g", selection);
        // The probabilities of a random text tower, checked against the model itself.
        using (var clip = _clip.Load("cpu"))
        using (TorchSharp.torch.NewDisposeScope())
        {
            var texts = Drawings.Classes.Select(name => clip.EncodeTexts([$"a {name}", $"b {name} c"]).mean([0]))
                .ToList();
            using var image = SixLabors.ImageSharp.Image.Load<SixLabors.ImageSharp.PixelFormats.Rgb24>(Path.Combine(fitted.StoreFolder, Query(fitted, "SELECT file FROM image WHERE label = 'dog' AND number = 0")[0]));
            var feature = clip.EncodeImages([image])[0];
            var logits = texts.Select(text => feature.dot(text / text.norm()).item<float>() * Math.Exp(2.6592))
                .ToList();
            var expected = Math.Exp(logits[1]) / logits.Sum(Math.Exp);
            Assert.Equal(expected, double.Parse(
                Query(fitted, "SELECT class_probability FROM decision WHERE label = 'dog' AND number = 0")[0],
                System.Globalization.CultureInfo.InvariantCulture), 1e-5);
        }
        var same = Fit("g", selection,
            change: options => options.ClassNames = Drawings.Classes.ToDictionary(name => name, _ => "thing"));
        Assert.Empty(same.Rejected);
    }

    [Fact]
    public void Copies_of_shots_and_of_accepted_images_are_rejected()
    {
        var fitted = Fit("cggr", NoCopies);
        var reasons = fitted.Rejected.Where(image => image.Label == "cat")
            .ToDictionary(image => image.Number, image => image.Reason);
        Assert.Equal([0, 3, 4, 7], reasons.Keys.Order().Take(4));
        Assert.StartsWith("nearly a copy of a shot: similarity 1", reasons[0]);
        Assert.StartsWith("nearly a copy of image 1: similarity 1", reasons[3]);
        Assert.Equal([1, 2, 5, 6, 9, 10], Rows(fitted.SyntheticOnly, "cat").Select(row => row.Number));
        // Without a CLIP filter the method's own score stands.
        Assert.All(Rows(fitted.SyntheticOnly), row => Assert.Equal(0.25f, row.SynthesisScore));
        Assert.Equal([_shots.Count(shot => shot.Label == "cat") > 0 ? "1" : ""],
            Query(fitted, "SELECT count(DISTINCT nearest_shot_sha256) FROM decision WHERE label = 'cat' AND "
                + "number = 0"));
    }

    [Fact]
    public void Relative_to_the_shots_nothing_is_a_copy_that_is_as_near_as_real_images_are()
    {
        var strict = new ImageSelection
        { NearCopies = new NearCopyFilter { MaximumSimilarity = -1, RelativeToShots = false }, MaxTries = 1 };
        Assert.Equal(18, Fit("g", strict).Rejected.Count);
        var relative = Fit("g", strict with { NearCopies = new NearCopyFilter { MaximumSimilarity = -1 } });
        Assert.InRange(relative.Rejected.Count, 0, 17);
        Assert.Equal(["1"], Query(
            relative, "SELECT count(*) FROM (SELECT max(shot_similarity) AS s FROM decision WHERE selection = 2 AND "
                + "accepted = 1) WHERE s < 1"));
    }

    [Fact]
    public void After_MaxTries_the_best_rejected_fill_up_with_a_warning_and_copies_come_last()
    {
        var selection = ByShots with { NearCopies = NoCopies.NearCopies, MaxTries = 2 };
        var fitted = Fit("gcww", selection, perClass: 3);
        // Of six candidates 0 and 4 are good, 1 and 5 are copies, 2 and 3 of another class.
        Assert.Equal(6 * 3, _candidates);
        var dog = Rows(fitted.SyntheticOnly);
        var used = fitted.Rejected.Single(image => image.Label == "dog" && image.IsUsed);
        Assert.Equal([0, used.Number, 4], dog.Select(row => (long)row.Number));
        Assert.Contains(used.Number, new long[] { 2, 3 });
        Assert.Equal(fitted.Rejected.Where(image => image.Label == "dog" && image.Reason.StartsWith("taken for"))
            .Max(image => image.Score), used.Score);
        Assert.Contains(_fitting.Log, line => line.StartsWith("Warning")
            && line.Contains("Class 'dog': only 2 of 6 candidates were accepted (2 of the others are near copies)"));
    }

    [Fact]
    public void Synthesize_gives_further_accepted_images_and_a_loaded_transformer_the_same_ones()
    {
        var fitted = Fit("gwg", ByShots, perClass: 2);
        fitted.Save(_fitting.Folder["saved"]);
        Directory.Delete(_fitting.StoreFolder, recursive: true);
        var loaded = SynthesizeFewShotTransformer.Load(
            _fitting.ML, _fitting.Folder["saved"], new PlannedImages { Plan = "gwg" });
        Assert.Equal([0, 2], Rows(loaded.SyntheticOnly).Select(row => row.Number));
        Assert.Equal(1, loaded.Rejected.Count(image => image.Label == "dog"));
        Assert.Equal([3, 5, 6], Rows(loaded.Synthesize(3)).Select(row => row.Number));
        Assert.Equal([8], Rows(loaded.Synthesize(1)).Select(row => row.Number));
        Assert.Equal(3, loaded.Rejected.Count(image => image.Label == "dog"));
    }

    [Fact]
    public void Balance_counts_accepted_images()
    {
        _shots.RemoveAll(shot => shot.Label == "owl" && !shot.ImagePath.EndsWith("-0.png", StringComparison.Ordinal));
        var fitted = Fit("gwg", ByShots, perClass: 1, options => options.Balance = true);
        Assert.Equal((1, 4), (Rows(fitted.SyntheticOnly).Count, Rows(fitted.SyntheticOnly, "owl").Count));
    }

    [Fact]
    public void Wrong_settings_and_a_missing_or_changed_CLIP_model_are_errors_with_a_sentence()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit("g", new ImageSelection { MaxTries = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit("g", new ImageSelection { Clip = new ClipFilter { MinimumProbability = 1.5 } }));
        Assert.Throws<ArgumentException>(
            () => Fit("g", new ImageSelection { Clip = new ClipFilter { Templates = [] } }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Fit("g", new ImageSelection { NearCopies = new NearCopyFilter { MaximumSimilarity = double.NaN } }));
        using (var model = TinyModels.LatentDiffusion())
            model.Save(_fitting.Folder["model"], Diffusion.Precision.Float32);
        var error = Assert.Throws<InvalidOperationException>(
            () => Fit("g", ByShots, change: options =>
            (options.Clip, options.Model) = (null, DiffusionModel.FromFolder(_fitting.Folder["model"]))));
        Assert.Contains("set Options.Clip", error.Message);
        Assert.Contains("no folder of a CLIP model",
            Assert.Throws<Diffusion.Weights.ModelFolderException>(
                () => ImageTextModel.FromFolder(_fitting.Folder["model"])).Message);

        var fitted = Fit("gwg", ByShots, perClass: 2);
        TinyClip.Save(_clip.Folder, seed: 22);
        Assert.Contains("The CLIP model in", Assert.Throws<InvalidDataException>(() => fitted.Synthesize(3)).Message);
    }
}
