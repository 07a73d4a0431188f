using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Evaluation;
using MLNet.SynthAugment.Selection;

namespace MLNet.SynthAugment.Tests.Evaluation;

/// <summary>Measures over views with a column of feature vectors.</summary>
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
    public void All_measures_at_once_are_those_taken_one_by_one_and_those_of_the_numbers()
    {
        var (real, synthetic) = (Rows(40, seed: 1), Rows(30, seed: 2, shift: 0.2));
        var (x, y) = (real.Select(row => row.Features).ToList(), synthetic.Select(row => row.Features).ToList());
        var all = Evaluate(real, synthetic);
        var (a, b, catalog) = (View(real), View(synthetic), _ml.SyntheticImages());
        Assert.Equal((40, 30, Dimension), (all.RealCount, all.SyntheticCount, all.FeatureDimension));
        Assert.Equal((all.Fid, all.Fid), (catalog.FrechetDistance(a, b), FrechetDistance.Compute(x, y)));
        Assert.Equal((all.Kid, all.Kid), (catalog.KernelDistance(a, b), KernelDistance.Compute(x, y)));
        Assert.Equal((all.Cmmd, all.Cmmd), (catalog.ClipDiscrepancy(a, b), ClipDiscrepancy.Compute(x, y)));
        Assert.Equal((all.Prdc, all.Prdc), (catalog.PrecisionRecall(a, b), Prdc.Compute(x, y)));
        Assert.Equal(Prdc.Compute(x, y, 2), catalog.PrecisionRecall(a, b, neighbourCount: 2));
        Assert.Equal(all.ClassCorrectness!.ByClass, catalog.ClassCorrectness(a, b).ByClass);
        Assert.InRange(all.ClassCorrectness.Share, 0.6, 1);
        Assert.InRange(all.RealClassCorrectness!.Share, 0.6, 1);
        Assert.Equal(all.NearCopies, catalog.NearCopies(a, b));
        Assert.Equal((all.Diversity, all.RealDiversity), (catalog.Diversity(b), catalog.Diversity(a)));
        Assert.Equal(["ClipScore", "RealClipScore"], all.Unmeasured.Keys);
        Assert.Contains("A feature column cannot be compared with texts", all.Unmeasured["ClipScore"]);
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
            Assert.Equal(first.Kid.StandardError, second.Kid.StandardError, 1e-9);
            Assert.Equal(first.Cmmd!.Value, second.Cmmd!.Value, 1e-9);
            Assert.Equal(first.Prdc, second.Prdc);
            Assert.Equal(first.ClassCorrectness!.ByClass, second.ClassCorrectness!.ByClass);
            Assert.Equal(first.RealClassCorrectness!.ByClass, second.RealClassCorrectness!.ByClass);
            Assert.Equal((first.NearCopies!.Rate, first.NearCopies.Compared),
                (second.NearCopies!.Rate, second.NearCopies.Compared));
            Assert.Equal(first.NearCopies.MedianDistance, second.NearCopies.MedianDistance, 1e-9);
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
        Assert.Equal((1, 1, 1), (found.Prdc!.Precision, found.Prdc.Recall, found.Prdc.Coverage));
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
        Assert.Contains("Warning: The synthetic data: 1 of 20 rows have no label; measures of classes leave them out.",
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
