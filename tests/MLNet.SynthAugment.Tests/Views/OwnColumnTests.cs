using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Tests.Views;

/// <summary>Columns of the user's that have the name of an added one.</summary>
public sealed class OwnColumnTests : IDisposable
{
    private readonly Fitting _fitting = new();
    private readonly List<Row> _rows;

    public OwnColumnTests() => _rows = _fitting.WriteShots().Select((shot, i) => new Row
    {
        Label = shot.Label,
        ImagePath = shot.ImagePath,
        SourceId = $"patient{i / 6}",
        ExampleWeight = shot.Label == "cat" ? 5 : 2,
        IsSynthetic = i == 3,
        SynthesisPrompt = $"prompt {i}",
        SynthesisSeed = 100 + i,
        SynthesisScore = i / 100f,
    }).ToList();

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private sealed class Row
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        public string SourceId { get; set; } = "";
        public float ExampleWeight { get; set; }
        public bool IsSynthetic { get; set; }
        public string SynthesisPrompt { get; set; } = "";
        public long SynthesisSeed { get; set; }
        public float SynthesisScore { get; set; }
    }

    private sealed class Numbered
    {
        public string Label { get; set; } = "";
        public string ImagePath { get; set; } = "";
        public int SourceId { get; set; }
    }

    private List<Row> Read(IDataView view) => [.. ML.Data.CreateEnumerable<Row>(view, reuseRowObject: false)];

    private (SynthesizeFewShotTransformer Step, List<Row> Expanded) Expand(
        SynthesizeFewShotEstimator.Options? options = null)
    {
        var view = ML.Data.LoadFromEnumerable(_rows);
        var step = _fitting.Fit(view, options ?? _fitting.Options());
        return (step, Read(step.Transform(view)));
    }

    private static void AssertSameProvenance(Row expected, Row found) => Assert.Equal(
        (expected.SourceId, expected.IsSynthetic, expected.SynthesisPrompt, expected.SynthesisSeed,
        expected.SynthesisScore),
        (found.SourceId, found.IsSynthetic, found.SynthesisPrompt, found.SynthesisSeed, found.SynthesisScore));

    [Fact]
    public void Real_rows_keep_what_they_say_and_synthetic_rows_lean_on_their_sources()
    {
        var (_, expanded) = Expand();
        Assert.Equal(30, expanded.Count);
        foreach (var (row, found) in _rows.Zip(expanded))
            AssertSameProvenance(row, found);
        Assert.All(expanded.Skip(12),
            row => Assert.Contains(row.SourceId,
                _rows.Where(shot => shot.Label == row.Label).Select(shot => shot.SourceId)));
        Assert.Equal(["patient0", "patient1"], expanded.Skip(12).Select(row => row.SourceId).Distinct().Order());
        Assert.All(expanded.Skip(12), row => Assert.True(row.IsSynthetic));
    }

    [Fact]
    public void Weights_are_multiplied()
    {
        var (_, weighted) = Expand();
        var plain = ML.Data.LoadFromEnumerable(
            _rows.Select(row => new Drawing { Label = row.Label, ImagePath = row.ImagePath }));
        var own = _fitting.Fit(plain, _fitting.Options()).Transform(plain).GetColumn<float>("ExampleWeight").ToList();
        Assert.Equal(own.Zip(weighted, (weight, row) => weight * (row.Label == "cat" ? 5 : 2)),
            weighted.Select(row => row.ExampleWeight));
    }

    [Fact]
    public void One_picture_in_several_classes_has_the_source_and_weight_of_each()
    {
        var pictures = _rows.Where(row => row.Label == "cat").Select(row => row.ImagePath).ToList();
        foreach (var rows in _rows.GroupBy(row => row.Label))
        {
            foreach (var (row, picture) in rows.Zip(pictures))
                (row.ImagePath, row.SourceId) = (picture, $"patient of {row.Label}");
        }
        var (_, expanded) = Expand();
        Assert.Equal(30, expanded.Count);
        Assert.All(expanded.Skip(12), row => Assert.Equal($"patient of {row.Label}", row.SourceId));
        var weights = expanded.Skip(12).ToLookup(row => row.Label, row => row.ExampleWeight);
        Assert.Equal(5f / 2, weights["cat"].Distinct().Single() / weights["owl"].Distinct().Single(), 1e-5);
    }

    [Fact]
    public void A_split_by_source_keeps_a_source_together()
    {
        var view = ML.Data.LoadFromEnumerable(_rows);
        var split = ML.Data.TrainTestSplit(
            _fitting.Fit(view, _fitting.Options()).Transform(view), 0.5, samplingKeyColumnName: "SourceId", seed: 2);
        var (train, test) = (Read(split.TrainSet), Read(split.TestSet));
        Assert.Equal(30, train.Count + test.Count);
        Assert.Empty(train.Select(row => row.SourceId).Intersect(test.Select(row => row.SourceId)));
    }

    [Fact]
    public void Other_rows_keep_what_they_say()
    {
        var (step, _) = Expand();
        var tests = _rows.Take(5).ToList();
        foreach (var (row, found) in tests.Zip(Read(step.Transform(ML.Data.LoadFromEnumerable(tests)))))
        {
            AssertSameProvenance(row, found);
            Assert.Equal(row.ExampleWeight, found.ExampleWeight);
        }
    }

    [Fact]
    public void A_saved_pipeline_keeps_them_too()
    {
        var view = ML.Data.LoadFromEnumerable(_rows);
        var tests = ML.Data.LoadFromEnumerable(_rows.Take(5).ToList());
        var model = ML.Transforms.SynthesizeFewShot(_fitting.Options())
            .Append(ML.Transforms.CopyColumns("Copy", "SourceId")).Fit(view);
        ML.Model.Save(model, view.Schema, _fitting.Folder["model.zip"]);
        var loaded = new MLContext().Model.Load(_fitting.Folder["model.zip"], out _).Transform(tests);
        Assert.Equal(_rows.Take(5).Select(row => row.SourceId), loaded.GetColumn<string>("Copy"));
        Assert.Equal(_rows.Take(5).Select(row => row.ExampleWeight), loaded.GetColumn<float>("ExampleWeight"));
    }

    [Fact]
    public void The_step_s_own_folder_keeps_sources_and_weights()
    {
        var (step, _) = Expand();
        step.Save(_fitting.Folder["saved"]);
        var loaded = SynthesizeFewShotTransformer.Load(ML, _fitting.Folder["saved"], new ShiftedShots());
        Assert.Equal(step.SyntheticOnly.GetColumn<string>("SourceId"),
            loaded.SyntheticOnly.GetColumn<string>("SourceId"));
        Assert.Equal(step.SyntheticOnly.GetColumn<float>("ExampleWeight"),
            loaded.SyntheticOnly.GetColumn<float>("ExampleWeight"));
        Assert.Contains("patient1", loaded.SyntheticOnly.GetColumn<string>("SourceId"));
    }

    [Fact]
    public void Another_type_is_an_error_that_names_the_option()
    {
        var view = ML.Data.LoadFromEnumerable(
            _rows.Select((row, i) => new Numbered { Label = row.Label, ImagePath = row.ImagePath, SourceId = i }));
        var options = _fitting.Options();
        void AssertError(Action act)
        {
            var message = Assert.Throws<ArgumentException>(act).Message;
            Assert.Contains("'SourceId' of their own", message);
            Assert.Contains("Int32", message);
            Assert.Contains("AddedColumnPrefix", message);
        }
        AssertError(() => _fitting.Fit(view, options));
        AssertError(() => ML.Transforms.CopyColumns("Copy", "Label").Append(ML.Transforms.SynthesizeFewShot(options))
            .Fit(view));
        AssertError(() => Expand().Step.Transform(view));
        Assert.Equal(0, GeneratedFor(view, options));

        options.AddedColumnPrefix = "Few";
        var expanded = _fitting.Fit(view, options).Transform(view);
        Assert.Equal(Enumerable.Range(0, 12), expanded.GetColumn<int>("SourceId").Take(12));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i.ToString()),
            expanded.GetColumn<string>("FewSourceId").Take(12));
    }

    // The error comes before any work.
    private int GeneratedFor(IDataView view, SynthesizeFewShotEstimator.Options options)
    {
        options.StoreFolder = _fitting.Folder["other-store"];
        var before = _fitting.GeneratedBatches;
        Assert.Throws<ArgumentException>(() => _fitting.Fit(view, options));
        return _fitting.GeneratedBatches - before;
    }

    [Fact]
    public void A_second_step_builds_on_the_first_one_s_columns()
    {
        var second = _fitting.Options(perClass: 1);
        second.Seed = 12;
        var plain = ML.Data.LoadFromEnumerable(
            _rows.Select(row => new Drawing { Label = row.Label, ImagePath = row.ImagePath }));
        var one = ML.Transforms.SynthesizeFewShot(_fitting.Options()).Fit(plain).Transform(plain);
        var two = Read(ML.Transforms.SynthesizeFewShot(second).Fit(one).Transform(one));
        foreach (var (row, found) in Read(one).Zip(two))
        {
            Assert.Equal((row.SourceId, row.IsSynthetic, row.SynthesisPrompt, row.SynthesisSeed),
                (found.SourceId, found.IsSynthetic, found.SynthesisPrompt, found.SynthesisSeed));
            Assert.Equal(row.ExampleWeight * 0.8f * 33 / 30, found.ExampleWeight, 5);
        }
        Assert.All(two.Skip(30), row => Assert.InRange(int.Parse(row.SourceId), 0, 11));
    }
}
