using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Evaluation;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>Metrics of views with a column of feature vectors.</summary>
public class FeatureViewTests
{
    private const int Dimension = 6;

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _log = [];

    public FeatureViewTests() => _ml.Log += (_, message) =>
    {
        lock (_log)
            _log.Add($"{message.Kind}: {message.RawMessage}");
    };

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(Dimension)]
        public float[] Features { get; set; } = [];

        [VectorType]
        public double[] Doubles { get; set; } = [];

        public float Number { get; set; }
    }

    private static List<Row> Rows(int count, int seed, double shift = 0) =>
        [.. Samples.Normal(count, Dimension, seed, shift).Select((features, i) => new Row
    {
        Label = i % 2 == 0 ? "even" : "odd",
        Features = [.. features.Select(value => value + i % 2)],
        Doubles = [.. features.Select(value => (double)(value + i % 2))],
    })];

    private IDataView View(IEnumerable<Row> rows) => _ml.Data.LoadFromEnumerable(rows);

    private SyntheticImageMetrics Evaluate(
        IEnumerable<Row> real, IEnumerable<Row> synthetic, Action<EvaluationOptions>? change = null)
    {
        var options = new EvaluationOptions { FeatureColumnName = "Features" };
        change?.Invoke(options);
        return _ml.SyntheticImages().Evaluate(View(real), View(synthetic), options);
    }

    [Fact]
    public void Metrics_of_views_are_those_of_the_vectors()
    {
        var (real, synthetic) = (Rows(40, seed: 1), Rows(30, seed: 2, shift: 0.2));
        var (x, y) = (real.Select(row => row.Features).ToList(), synthetic.Select(row => row.Features).ToList());
        var all = Evaluate(real, synthetic);
        Assert.Equal((40, 30, Dimension), (all.RealCount, all.SyntheticCount, all.FeatureDimension));
        Assert.Equal(FrechetDistance.Compute(x, y), all.Fid);
        Assert.Equal(KernelDistance.Compute(x, y), all.Kid);
        Assert.Equal(ClipDiscrepancy.Compute(x, y), all.Cmmd);
        Assert.Equal(Prdc.Compute(x, y), all.Prdc);
        Assert.Equal(Prdc.Compute(x, y, 2),
            Evaluate(real, synthetic, options => options.NeighbourCount = 2).Prdc);
        var (labelledX, labelledY) = (Labelled(real), Labelled(synthetic));
        Assert.Equal(ClassCorrectness.Compute(labelledY, ClassCorrectness.MeanDirections(labelledX)).ByClass,
            all.ClassCorrectness!.ByClass);
        Assert.InRange(all.ClassCorrectness!.Share, 0.6, 1);
        Assert.InRange(all.RealClassCorrectness!.Share, 0.6, 1);
        Assert.Equal(NearCopyRate.Compute(labelledX, labelledY), all.NearCopies);
        Assert.Equal((IntraClassDiversity.Compute(labelledY), IntraClassDiversity.Compute(labelledX)),
            (all.Diversity, all.RealDiversity));
        Assert.Equal(["ClipScore", "RealClipScore"], all.Unmeasured.Keys);
        Assert.Contains("A feature column cannot be compared with texts", all.Unmeasured["ClipScore"]);

        static LabelledFeatures Labelled(List<Row> rows) =>
            new([.. rows.Select(row => row.Features)], [.. rows.Select(row => row.Label)]);
    }

    [Fact]
    public void A_metric_of_ones_own_is_measured_beside_the_others()
    {
        var (real, synthetic) = (Rows(9, seed: 1), Rows(7, seed: 2));
        var found = Evaluate(real, synthetic, options => options.Metrics = [new RowRatio(), KernelDistance.Metric]);
        Assert.Equal(["RowRatio", "RealRowRatio", "Kid"], found.Results.Keys);
        Assert.Equal((7 / 9.0, 1), (found.Find<double?>("RowRatio"), found.Find<double?>("RealRowRatio")));
        Assert.Equal((null, null), (found.Fid, found.Find<string>("Unknown")));
        Assert.Equal(7 / 9.0, (double)new RowRatio().Measure(
            new MetricInput(new LabelledFeatures([[1], [2]]), new LabelledFeatures([[3], [4]]))) * 7 / 9);
        Assert.Contains("each of another name", Error(real, synthetic, options =>
            options.Metrics = [KernelDistance.Metric, KernelDistance.Metric]));
    }

    [Fact]
    public void Metrics_without_classes_need_no_label_column() =>
        Assert.NotNull(Evaluate(Rows(9, seed: 1), Rows(7, seed: 2), options =>
            (options.LabelColumnName, options.Metrics) = ("Class", [FrechetDistance.Metric])).Fid);

    [Fact]
    public void Results_are_read_back_from_JSON_with_their_types()
    {
        var found = Evaluate(Rows(9, seed: 1), Rows(7, seed: 2), options => options.NeighbourCount = 8);
        var read = JsonSerializer.Deserialize<SyntheticImageMetrics>(JsonSerializer.Serialize(found))!;
        Assert.Equal((found.Fid, found.Kid, found.RealDiversity), (read.Fid, read.Kid, read.RealDiversity));
        Assert.Equal(found.ClassCorrectness!.ByClass, read.ClassCorrectness!.ByClass);
        Assert.Null(read.Prdc);
        Assert.Equal(found.Unmeasured, read.Unmeasured);
        Assert.Equal((9, 7, Dimension), (read.RealCount, read.SyntheticCount, read.FeatureDimension));
    }

    [Fact]
    public void Each_metric_says_what_its_numbers_are()
    {
        var found = Evaluate(Rows(20, seed: 1), Rows(20, seed: 2));
        foreach (var metric in SyntheticImageMetrics.All)
        {
            Assert.All(metric.Numbers, number => Assert.EndsWith(".", number.Description));
            if (found.Find<object>(metric.Name) is { } result)
                Assert.All(metric.Numbers, number => Assert.True(double.IsFinite(number.Read(result))));
        }
    }

    private sealed class RowRatio : ISyntheticImageMetric
    {
        public string Name => "RowRatio";

        public IReadOnlyList<MetricNumber> Numbers { get; } =
            [new("synthetic per real row", MetricDirection.Neutral, "Synthetic rows per real row.")];

        public object Measure(MetricInput input) => input.Synthetic.Count / (double)input.Real.Count;

        public object? MeasureReal(MetricInput input) => 1.0;
    }

    [Fact]
    public void Vectors_of_Double_are_read_as_those_of_Single()
    {
        var (real, synthetic) = (Rows(20, seed: 3), Rows(20, seed: 4));
        var (single, twice) = (Evaluate(real, synthetic),
            Evaluate(real, synthetic, options => options.FeatureColumnName = "Doubles"));
        Assert.Equal((single.Fid, single.Kid, single.Prdc, single.NearCopies),
            (twice.Fid, twice.Kid, twice.Prdc, twice.NearCopies));
    }

    [Fact]
    public void The_order_of_rows_changes_nothing()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var (real, synthetic) = (Rows(10 + 3 * seed, seed), Rows(25, seed + 100, shift: 0.1 * seed));
            // Copies make ties and near copies.
            synthetic.AddRange(real.Take(4));
            var (first, second) = (Evaluate(real, synthetic),
                Evaluate(Samples.Shuffle(real, seed), Samples.Shuffle(synthetic, seed + 1)));
            Assert.Equal(first.Fid!.Value, second.Fid!.Value, 1e-9);
            Assert.Equal(first.Kid!.Value, second.Kid!.Value, 1e-9);
            Assert.Equal(first.Kid!.StandardError, second.Kid!.StandardError, 1e-9);
            Assert.Equal(first.Cmmd!.Value, second.Cmmd!.Value, 1e-9);
            Assert.Equal(first.Prdc, second.Prdc);
            Assert.Equal(first.ClassCorrectness!.ByClass, second.ClassCorrectness!.ByClass);
            Assert.Equal(first.RealClassCorrectness!.ByClass, second.RealClassCorrectness!.ByClass);
            Assert.Equal((first.NearCopies!.Rate, first.NearCopies!.Compared),
                (second.NearCopies!.Rate, second.NearCopies!.Compared));
            Assert.Equal(first.NearCopies!.MedianDistance, second.NearCopies!.MedianDistance, 1e-9);
            Assert.Equal(first.Diversity!.Value, second.Diversity!.Value, 1e-9);
        }
    }

    [Fact]
    public void One_row_in_each_set_gives_sentences_in_place_of_numbers()
    {
        var found = Evaluate(Rows(1, seed: 5), Rows(1, seed: 6));
        Assert.Equal((null, null, null, null, null, null),
            (found.Fid, found.Kid, found.Prdc, found.NearCopies, found.Diversity, found.RealDiversity));
        Assert.Equal(1, found.ClassCorrectness!.Share);
        Assert.Equal(["ClipScore", "Cmmd", "Diversity", "Fid", "Kid", "NearCopies", "Prdc", "RealClipScore",
            "RealDiversity"], found.Unmeasured.Keys);
        Assert.Equal("FID needs at least 2 rows in each set; there are 1 real and 1 synthetic ones.",
            found.Unmeasured["Fid"]);
        Assert.All(found.Unmeasured.Values, sentence => Assert.EndsWith(".", sentence));
    }

    [Fact]
    public void Equal_rows_give_finite_numbers()
    {
        var equal = Enumerable.Range(0, 12).Select(_ => Rows(1, seed: 7)[0]).ToList();
        var found = Evaluate(equal, equal);
        Assert.Equal(0, found.Fid!.Value, 1e-9);
        Assert.Equal(0, found.Kid!.Value, 1e-9);
        Assert.Equal(0, found.Cmmd!.Value, 1e-9);
        Assert.Equal((1, 1, 1), (found.Prdc!.Precision, found.Prdc!.Recall, found.Prdc!.Coverage));
        Assert.Equal(0, found.Diversity);
        Assert.Contains("two different real rows", found.Unmeasured["NearCopies"]);
    }

    [Fact]
    public void Views_without_labels_are_measured_and_classes_are_not()
    {
        var found = Evaluate(Rows(20, seed: 8), Rows(20, seed: 9), options => options.LabelColumnName = null);
        Assert.NotNull(found.Fid);
        Assert.NotNull(found.NearCopies);
        Assert.Null(found.ClassCorrectness);
        Assert.Contains("labels", found.Unmeasured["ClassCorrectness"]);
    }

    [Fact]
    public void Rows_without_a_label_count_where_classes_do_not_matter()
    {
        var synthetic = Rows(20, seed: 10);
        synthetic[3].Label = "";
        synthetic[4].Label = "neither";
        var found = Evaluate(Rows(20, seed: 11), synthetic);
        Assert.Equal((20, 18), (found.SyntheticCount, found.NearCopies!.Compared));
        Assert.Equal(0, found.ClassCorrectness!.ByClass["neither"]);
        Assert.Contains("Warning: The synthetic data: 1 of 20 rows have no label; metrics of classes leave them out.",
            _log);
        Assert.Contains(_log, line =>
            line.StartsWith("Warning: 1 classes of the synthetic data are not in the real data",
                StringComparison.Ordinal) && line.Contains("'neither'"));
    }

    [Fact]
    public void What_cannot_be_measured_is_an_error_that_says_why()
    {
        var (real, broken) = (Rows(10, seed: 12), Rows(10, seed: 13));
        broken[7].Features[2] = float.NaN;
        Assert.Equal("The synthetic data cannot be measured. The set has the feature NaN in row 7 (position 2), "
            + "which is no finite number.", Error(real, broken));
        broken[7].Features[2] = float.NegativeInfinity;
        Assert.Contains("The real data cannot be measured. The set has the feature -", Error(broken, real));
        Assert.Equal("The real data cannot be measured. It has no rows.", Error([], real));
        Assert.Equal("The synthetic data cannot be measured. It has no rows.", Error(real, []));
        Assert.Equal("The real data cannot be measured. The data has no feature column 'Vectors'. Its columns are: "
            + "'Label', 'Features', 'Doubles', 'Number'.",
                Error(real, real, options => options.FeatureColumnName = "Vectors"));
        Assert.Contains("The data has no label column 'Class'",
            Error(real, real, options => options.LabelColumnName = "Class"));
        Assert.Contains("The data has no image column 'Image'",
            Error(real, real, options => options.FeatureColumnName = null));
        Assert.Contains("it must be a vector of Single or Double",
            Error(real, real, options => options.FeatureColumnName = "Number"));
        Assert.Contains("Label column 'Features' is of type",
            Error(real, real, options => options.LabelColumnName = "Features"));
        Assert.Contains("set Clip to the model of the feature column",
            Error(real, real, options => options.Reference = ClassReference.Text));
        Assert.Contains("At least one prompt template", Error(real, real, options => options.Templates = []));
        Assert.Contains("NeighbourCount", Error(real, real, options => options.NeighbourCount = 0));
        real[1].Doubles = [1, 2];
        Assert.Contains("The set has 2 features in row 1, but 6 in row 0",
            Error(real, real, options => options.FeatureColumnName = "Doubles"));
    }

    private string Error(List<Row> real, List<Row> synthetic, Action<EvaluationOptions>? change = null) =>
        Assert.ThrowsAny<ArgumentException>(() => Evaluate(real, synthetic, change)).Message;
}
