using Microsoft.ML;

namespace MLNet.SynthAugment.Tests.Views;

/// <summary>ML.NET's operations on an expanded view.</summary>
public sealed class ViewOperationTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly IDataView _expanded;

    public ViewOperationTests()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        _expanded = _fitting.Fit(view, _fitting.Options()).Transform(view);
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
        public bool IsSynthetic { get; set; }
        public string SourceId { get; set; } = "";
    }

    private List<string> Paths(IDataView view) => [.. Rows(view).Select(row => row.ImagePath)];

    private IEnumerable<Row> Rows(IDataView view) =>
        ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false, ignoreMissingColumns: false);

    [Fact]
    public void Cache_keeps_rows_and_order() => Assert.Equal(Paths(_expanded), Paths(ML.Data.Cache(_expanded)));

    [Fact]
    public void Shuffle_keeps_the_set_of_rows()
    {
        var shuffled = Paths(ML.Data.ShuffleRows(_expanded, seed: 3));
        Assert.NotEqual(Paths(_expanded), shuffled);
        Assert.Equal(Paths(_expanded).Order(), shuffled.Order());
    }

    [Fact]
    public void Take_and_skip_cut_at_the_row()
    {
        Assert.Equal(Paths(_expanded).Skip(10).Take(5), Paths(ML.Data.TakeRows(ML.Data.SkipRows(_expanded, 10), 5)));
    }

    [Fact]
    public void Filter_finds_the_synthetic_rows()
    {
        var numbers = ML.Transforms.Conversion.ConvertType("Synthetic", "IsSynthetic").Fit(_expanded)
            .Transform(_expanded);
        Assert.Equal(18, Rows(ML.Data.FilterRowsByColumn(numbers, "Synthetic", 0.5, 1.5))
            .Count(row => row.IsSynthetic));
    }

    [Fact]
    public void Bootstrap_sample_draws_rows_of_the_view() =>
        Assert.Subset(Paths(_expanded).ToHashSet(), Paths(ML.Data.BootstrapSample(_expanded, seed: 2)).ToHashSet());

    [Fact]
    public void Train_test_split_by_source_never_parts_a_shot_from_its_images()
    {
        var split = ML.Data.TrainTestSplit(_expanded, 0.3, samplingKeyColumnName: "SourceId", seed: 4);
        var (train, test) = (Rows(split.TrainSet).ToList(), Rows(split.TestSet).ToList());
        Assert.Equal(30, train.Count + test.Count);
        Assert.NotEmpty(test);
        Assert.Empty(train.Select(row => row.SourceId).Intersect(test.Select(row => row.SourceId)));
    }

    [Fact]
    public void Cross_validation_split_gives_each_row_to_one_test_fold()
    {
        var folds = ML.Data.CrossValidationSplit(_expanded, 3, samplingKeyColumnName: "SourceId", seed: 4);
        Assert.Equal(Paths(_expanded).Order(), folds.SelectMany(fold => Paths(fold.TestSet)).Order());
    }

    [Fact]
    public void Preview_shows_real_and_synthetic_rows()
    {
        var preview = _expanded.Preview(100);
        Assert.Equal(30, preview.RowView.Length);
        Assert.Equal(18, preview.RowView.Count(
            row => row.Values.Any(value => value.Key == "IsSynthetic" && value.Value is true)));
    }

    [Fact]
    public void Binary_and_text_files_round_trip()
    {
        var binary = _fitting.Folder["rows.idv"];
        using (var stream = File.Create(binary))
            ML.Data.SaveAsBinary(_expanded, stream);
        Assert.Equal(Paths(_expanded), Paths(ML.Data.LoadFromBinary(binary)));

        var text = _fitting.Folder["rows.tsv"];
        using (var stream = File.Create(text))
            ML.Data.SaveAsText(ML.Transforms.SelectColumns("ImagePath", "IsSynthetic").Fit(_expanded)
                .Transform(_expanded), stream, schema: false, headerRow: false);
        Assert.Equal(30, File.ReadAllLines(text).Length);
    }
}
