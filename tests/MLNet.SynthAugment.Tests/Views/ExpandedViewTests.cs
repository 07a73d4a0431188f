using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Tests.Views;

public sealed class ExpandedViewTests : IDisposable
{
    private readonly Fitting _fitting = new();

    public void Dispose() => _fitting.Dispose();

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        public float Number { get; set; }
        public uint Count { get; set; }
        public bool IsSynthetic { get; set; }
        public float ExampleWeight { get; set; }
        public string SourceId { get; set; } = "";
        public string SynthesisPrompt { get; set; } = "";
        public long SynthesisSeed { get; set; }
        public float SynthesisScore { get; set; }
    }

    private sealed class Nothing;

    private (List<Drawing> Shots, IDataView Expanded) Expand(Action<SynthesizeFewShotEstimator.Options>? change = null)
    {
        var shots = _fitting.WriteShots();
        var view = _fitting.ML.Data.LoadFromEnumerable(shots);
        var options = _fitting.Options();
        change?.Invoke(options);
        return (shots, _fitting.Fit(view, options).Transform(view));
    }

    private List<Row> Read(IDataView view) => [.. _fitting.ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false)];

    [Fact]
    public void Real_rows_come_first_and_unchanged_synthetic_rows_after_with_provenance()
    {
        var (shots, expanded) = Expand();
        var rows = Read(expanded);

        Assert.Equal(12 + 18, rows.Count);
        Assert.Equal(30, expanded.GetRowCount());
        foreach (var (shot, row) in shots.Zip(rows))
        {
            Assert.Equal((shot.Label, shot.ImagePath, shot.Number, shot.Count),
                (row.Label, row.ImagePath, row.Number, row.Count));
            Assert.False(row.IsSynthetic);
            Assert.Equal(shot.Number.ToString(), row.SourceId);
            Assert.Equal(("", 0L), (row.SynthesisPrompt, row.SynthesisSeed));
            Assert.True(float.IsNaN(row.SynthesisScore));
        }
        var synthetic = rows.Skip(12).ToList();
        Assert.All(synthetic, row => Assert.True(row.IsSynthetic));
        Assert.All(synthetic, row => Assert.True(File.Exists(row.ImagePath)));
        Assert.All(synthetic, row => Assert.Equal(row.Label, shots[int.Parse(row.SourceId)].Label));
        Assert.All(synthetic, row => Assert.Equal($"a photo of a {row.Label}", row.SynthesisPrompt));
        Assert.All(synthetic, row => Assert.Equal(11, row.SynthesisSeed));
        Assert.All(synthetic, row => Assert.InRange(row.SynthesisScore, 0f, 1f));
        Assert.Equal(Drawings.Classes.SelectMany(name => Enumerable.Repeat(name, 6)),
            synthetic.Select(row => row.Label));
    }

    [Fact]
    public void Other_columns_of_synthetic_rows_hold_missing_values_or_defaults()
    {
        var synthetic = Read(Expand().Expanded).Skip(12).ToList();
        Assert.All(synthetic, row => Assert.True(float.IsNaN(row.Number)));
        Assert.All(synthetic, row => Assert.Equal(0u, row.Count));
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Weighted_mean_is_lambda_of_the_real_mean_and_the_rest_of_the_synthetic_mean(double lambda)
    {
        var rows = Read(Expand(options => options.RealLossWeight = lambda).Expanded);
        double total = rows.Sum(row => (double)row.ExampleWeight);
        Assert.Equal(rows.Count, total, 4);
        Assert.Equal(lambda, rows.Where(row => !row.IsSynthetic).Sum(row => (double)row.ExampleWeight) / total, 6);
        Assert.Equal(2, rows.Select(row => (row.IsSynthetic, row.ExampleWeight)).Distinct().Count());
    }

    [Fact]
    public void Balance_brings_every_class_to_the_same_total()
    {
        var shots = _fitting.WriteShots().Where(shot => shot.Label != "cat" || shot.Number < 3).ToList();
        var view = _fitting.ML.Data.LoadFromEnumerable(shots);
        var options = _fitting.Options(perClass: 2);
        options.Balance = true;
        var rows = Read(_fitting.Fit(view, options).Transform(view));
        Assert.All(rows.GroupBy(row => row.Label), found => Assert.Equal(6, found.Count()));
        Assert.Equal(5, rows.Count(row => row.Label == "cat" && row.IsSynthetic));
    }

    [Fact]
    public void Prefix_renames_the_added_columns()
    {
        var (_, expanded) = Expand(options => options.AddedColumnPrefix = "Few");
        Assert.NotNull(expanded.Schema.GetColumnOrNull("FewIsSynthetic"));
        Assert.Null(expanded.Schema.GetColumnOrNull("IsSynthetic"));
    }

    [Fact]
    public void Schema_keeps_the_input_columns_and_adds_its_own_and_the_estimator_foretells_it()
    {
        var view = _fitting.ML.Data.LoadFromEnumerable(_fitting.WriteShots());
        var estimator = _fitting.ML.Transforms.SynthesizeFewShot(_fitting.Options());
        var expanded = estimator.Fit(view).Transform(view).Schema;
        string[] added = ["IsSynthetic", "ExampleWeight", "SourceId", "SynthesisPrompt", "SynthesisSeed",
            "SynthesisScore", "SoftLabel"];
        Assert.Equal(view.Schema.Select(column => column.Name).Concat(added), expanded.Select(column => column.Name));

        // Only an estimator can make the shape of columns: here one that fills a drawing out of nothing.
        var input = _fitting.ML.Transforms.CustomMapping<Nothing, Drawing>((_, _) => { }, null)
            .GetOutputSchema(new SchemaShape([]));
        var shape = estimator.GetOutputSchema(input);
        Assert.Equal(expanded.Select(
            column => (column.Name, ((column.Type as VectorDataViewType)?.ItemType ?? column.Type).RawType))
            .Where(column => added.Contains(column.Name)),
            shape.Select(column => (column.Name, column.ItemType.RawType))
                .Where(column => added.Contains(column.Name)));
    }

    [Fact]
    public void Ids_are_0_to_n_and_every_pass_gives_the_same_rows()
    {
        var (_, expanded) = Expand();
        var column = expanded.Schema["SourceId"];
        List<(ulong, ulong, long, string)> Pass(Random? random)
        {
            using var cursor = expanded.GetRowCursor([column], random);
            var getId = cursor.GetIdGetter();
            var getSource = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            var rows = new List<(ulong, ulong, long, string)>();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                ReadOnlyMemory<char> source = default;
                getId(ref id);
                getSource(ref source);
                rows.Add((id.Low, id.High, cursor.Position, source.ToString()));
            }
            return rows;
        }
        var first = Pass(null);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => ((ulong)i, 0ul, (long)i)),
            first.Select(row => (row.Item1, row.Item2, row.Item3)));
        Assert.Equal(first, Pass(new Random(5)));
    }

    [Fact]
    public void Cursors_on_several_threads_each_see_all_rows()
    {
        var (_, expanded) = Expand();
        var expected = Read(expanded).Select(row => (row.ImagePath, row.SourceId, row.IsSynthetic)).ToList();
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            Assert.Equal(expected, Read(expanded).Select(row => (row.ImagePath, row.SourceId, row.IsSynthetic))));
    }

    [Fact]
    public void A_column_that_was_not_asked_for_cannot_be_read()
    {
        var (_, expanded) = Expand();
        using var cursor = expanded.GetRowCursor([expanded.Schema["Label"]]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<bool>(expanded.Schema["IsSynthetic"]));
    }
}
