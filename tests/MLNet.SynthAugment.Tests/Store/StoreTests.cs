using Microsoft.Data.Sqlite;
using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Store;

public sealed class StoreTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;

    public StoreTests() => _shots = _fitting.WriteShots();

    public void Dispose() => _fitting.Dispose();

    private IDataView View => _fitting.ML.Data.LoadFromEnumerable(_shots);

    private SynthesizeFewShotTransformer Fit(Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var options = _fitting.Options();
        change?.Invoke(options);
        return _fitting.Fit(View, options);
    }

    private int BatchesOf(Action fit)
    {
        var before = _fitting.GeneratedBatches;
        fit();
        return _fitting.GeneratedBatches - before;
    }

    private static string[] ImagesOf(SynthesizeFewShotTransformer transformer) =>
        [.. Directory.GetFiles(Path.Combine(transformer.StoreFolder, "images"), "*.png", SearchOption.AllDirectories)
            .Order()];

    private static string ManifestOf(SynthesizeFewShotTransformer transformer) =>
        Path.Combine(transformer.StoreFolder, "manifest.db");

    [Fact]
    public void A_second_fit_with_the_same_options_makes_no_image()
    {
        var first = Fit();
        Assert.Equal(6, _fitting.GeneratedBatches);
        Assert.Equal(0, BatchesOf(() => Assert.Equal(first.StoreFolder, Fit().StoreFolder)));
        Assert.Contains(_fitting.Log, line => line.Contains("All 18 synthetic images are in the store"));
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        Fit();
        _shots.Reverse();
        Assert.Equal(0, BatchesOf(() => Fit()));
    }

    [Fact]
    public void More_images_a_class_make_only_the_further_ones()
    {
        Fit();
        Assert.Equal(3, BatchesOf(() => Fit(options => options.ImagesPerClass = 9)));
        Assert.Equal(0, BatchesOf(() => Fit(options => options.ImagesPerClass = 4)));
    }

    [Fact]
    public void Another_seed_method_setting_or_shot_is_another_store()
    {
        var folders = new HashSet<string> { Fit().StoreFolder };
        Assert.True(folders.Add(Fit(options => options.Seed = 12).StoreFolder));
        Assert.True(folders.Add(Fit(options => options.Method = new ShiftedShots { MaxShift = 2 }).StoreFolder));
        Assert.True(folders.Add(Fit(options => options.BatchSize = 2).StoreFolder));
        Assert.True(folders.Add(
            Fit(options => options.ClassNames = new Dictionary<string, string> { ["cat"] = "kitten" }).StoreFolder));
        _shots.RemoveAt(0);
        Assert.True(folders.Add(Fit().StoreFolder));
    }

    [Fact]
    public void A_missing_or_altered_image_is_made_again_as_it_was()
    {
        var images = ImagesOf(Fit());
        var original = images.Select(File.ReadAllBytes).ToList();
        File.Delete(images[0]);
        File.AppendAllText(images[7], "x");
        Assert.Equal(2, BatchesOf(() => Fit()));
        Assert.Equal(original, images.Select(File.ReadAllBytes));
        Assert.Contains(_fitting.Log, line => line.StartsWith("Warning")
            && line.Contains("2 images of the synthesis store"));
    }

    [Fact]
    public void An_image_without_its_manifest_row_counts_as_not_made()
    {
        var transformer = Fit();
        var image = ImagesOf(transformer)[3];
        var original = File.ReadAllBytes(image);
        File.WriteAllText(image, "half an image");
        Execute(ManifestOf(transformer), "DELETE FROM image WHERE label = 'cat' AND number = 3");
        Assert.Equal(1, BatchesOf(() => Fit()));
        Assert.Equal(original, File.ReadAllBytes(image));
    }

    [Fact]
    public void A_manifest_that_leads_out_of_the_store_is_not_followed()
    {
        var transformer = Fit();
        Execute(ManifestOf(transformer),
            "UPDATE image SET file = '../../../etc/hostname' WHERE label = 'cat' AND number = 0");
        Assert.Equal(1, BatchesOf(() => Fit()));
    }

    [Theory]
    [InlineData("PRAGMA user_version = 99", "of format 99; this version reads format 2. Update")]
    [InlineData("PRAGMA user_version = 1", "of format 1; this version reads format 2. It was made by an older version")]
    [InlineData("UPDATE image SET soft_labels = '[1' WHERE number = 0", "A row of the table 'image'")]
    [InlineData("PRAGMA application_id = 1", "another program's SQLite file")]
    [InlineData("UPDATE setting SET value = '{}'", "was made for other data")]
    public void A_foreign_or_newer_store_is_refused_with_a_sentence(string sql, string expected)
    {
        Execute(ManifestOf(Fit()), sql);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Fit()).Message);
    }

    [Fact]
    public void A_manifest_that_is_no_database_is_refused_with_a_sentence()
    {
        File.WriteAllText(ManifestOf(Fit()), new string('x', 5000));
        Assert.Contains("is not a sound SQLite file", Assert.Throws<InvalidDataException>(() => Fit()).Message);
    }

    [Fact]
    public void A_store_folder_that_cannot_be_made_is_an_error_with_advice()
    {
        File.WriteAllText(_fitting.Folder["file"], "");
        var error = Assert.ThrowsAny<IOException>(() => Fit(options => options.StoreFolder = _fitting.Folder["file"]));
        Assert.Contains(_fitting.Folder["file"], error.Message);
    }

    [Fact]
    public void Cancelled_work_is_kept_and_gone_on_with()
    {
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Fit(options =>
        {
            options.CancellationToken = cancel.Token;
            options.Method = new ShiftedShots
            { OnBatch = batch => { if (batch.Class.Label == "dog") cancel.Cancel(); } };
        }));
        Assert.Contains(_fitting.Log, line => line.Contains("Stopped after 9 of 18 images"));
        Assert.Equal(3, BatchesOf(() => Fit()));
    }

    [Fact]
    public void Synthesize_makes_further_images_and_continues_at_each_call()
    {
        var transformer = Fit();
        var first = Paths(transformer.Synthesize(3));
        var second = Paths(transformer.Synthesize(2));
        Assert.Equal((9, 6), (first.Count, second.Count));
        Assert.Equal(18 + 9 + 6, Paths(transformer.SyntheticOnly).Concat(first).Concat(second).Distinct().Count());
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    private List<string> Paths(IDataView view) =>
        [.. _fitting.ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Select(row => row.ImagePath)];

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
