using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>The transformer's own folder.</summary>
public sealed class SaveAndLoadTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly IDataView _view;

    public SaveAndLoadTests() => _view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private string Saved => _fitting.Folder["saved"];

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        public string SourceId { get; set; } = "";
        public string SynthesisPrompt { get; set; } = "";
        public float SynthesisScore { get; set; }

        public (string, string, string, float, string) Content =>
            (Label, SourceId, SynthesisPrompt, SynthesisScore, Convert.ToHexString(File.ReadAllBytes(ImagePath)));
    }

    private List<(string, string, string, float, string)> Read(IDataView view) =>
        [.. ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Select(row => row.Content)];

    [Fact]
    public void A_loaded_transformer_has_the_same_rows_and_makes_the_same_further_ones()
    {
        var fitted = _fitting.Fit(_view, _fitting.Options());
        fitted.Save(Saved);
        Directory.Delete(_fitting.StoreFolder, recursive: true);
        var loaded = SynthesizeFewShotTransformer.Load(ML, Saved, new ShiftedShots());
        var again = _fitting.Fit(_view, _fitting.Options());

        Assert.Equal(Read(again.SyntheticOnly), Read(loaded.SyntheticOnly));
        Assert.Equal(Read(again.Synthesize(3)), Read(loaded.Synthesize(3)));
        Assert.Equal(12, loaded.Transform(_view).GetRowCount());
        Assert.StartsWith(Saved, loaded.StoreFolder);
    }

    [Fact]
    public void What_an_earlier_version_saved_can_be_read_and_gets_no_images_of_another_making()
    {
        _fitting.Fit(_view, _fitting.Options()).Save(Saved);
        // Earlier versions did not count themselves.
        var file = Path.Combine(Saved, "transformer.json");
        var saved = File.ReadAllText(file);
        File.WriteAllText(file, Regex.Replace(saved, @",\s*""Version"": 2", ""));
        Assert.NotEqual(saved, File.ReadAllText(file));
        using (var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Saved, "store", "manifest.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                "UPDATE setting SET value = replace(value, ',\"Version\":2', '') WHERE name = 'specification'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }
        var loaded = SynthesizeFewShotTransformer.Load(ML, Saved, new ShiftedShots());
        Assert.Equal(18, loaded.SyntheticOnly.GetRowCount());
        Assert.Contains("fit again", Assert.Throws<InvalidOperationException>(() => loaded.Synthesize(3)).Message);
    }

    [Fact]
    public void Label_and_image_columns_keep_their_types()
    {
        var view = ML.Transforms.Conversion.MapValueToKey("Label")
            .Append(ML.Transforms.LoadImages("Image", "", "ImagePath"))
                .Append(ML.Transforms.ResizeImages("Image", 8, 8)).Fit(_view).Transform(_view);
        var options = _fitting.Options("Image");
        options.AddedColumnPrefix = "Few";
        var fitted = _fitting.Fit(view, options);
        fitted.Save(Saved);
        var loaded = SynthesizeFewShotTransformer.Load(ML, Saved, new ShiftedShots());

        Assert.Equal(fitted.SyntheticOnly.Schema.Select(column => (column.Name, column.Type)),
            loaded.SyntheticOnly.Schema.Select(column => (column.Name, column.Type)));
        List<string> Labels(IDataView rows) =>
            [.. ML.Transforms.Conversion.MapKeyToValue("Label").Fit(rows).Transform(rows).GetColumn<string>("Label")];
        Assert.Equal(Labels(fitted.SyntheticOnly), Labels(loaded.SyntheticOnly));
    }

    [Fact]
    public void Saving_again_replaces_and_another_folder_s_content_is_spared()
    {
        var fitted = _fitting.Fit(_view, _fitting.Options());
        fitted.Save(Saved);
        fitted.Save(Saved);
        Assert.Equal(18, SynthesizeFewShotTransformer.Load(ML, Saved, new ShiftedShots()).SyntheticOnly.GetRowCount());
        Assert.Contains("holds something else",
            Assert.Throws<IOException>(() => fitted.Save(_fitting.Folder["shots"])).Message);
    }

    [Fact]
    public void Loading_what_was_not_saved_is_an_error_with_a_sentence()
    {
        string Error(string folder, ShiftedShots? method = null) =>
            Assert.Throws<InvalidDataException>(() => SynthesizeFewShotTransformer.Load(ML, folder, method)).Message;
        Assert.Contains("There is no saved transformer", Error(_fitting.Folder["nowhere"]));
        _fitting.Fit(_view, _fitting.Options()).Save(Saved);
        Assert.Contains("give it to Load", Error(Saved));
        Assert.Contains("the method given differs", Error(Saved, new ShiftedShots { MaxShift = 1 }));
        var file = Path.Combine(Saved, "transformer.json");
        var json = File.ReadAllText(file);
        File.WriteAllText(file, json.Replace("\"Format\": 3", "\"Format\": 4"));
        Assert.Contains("is of format 4", Error(Saved, new ShiftedShots()));
        File.WriteAllText(file, json[..200]);
        Assert.Contains("is damaged", Error(Saved, new ShiftedShots()));
    }
}
