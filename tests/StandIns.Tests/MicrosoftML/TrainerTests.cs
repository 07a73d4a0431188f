using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace StandIns.Tests.MicrosoftML;

public class TrainerTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void BothTrainersLearnSeparableClasses()
    {
        var data = new PointView(150);
        foreach (var trainer in Trainers())
        {
            var scored = trainer.Fit(data).Transform(data);
            var metrics = _ml.MulticlassClassification.Evaluate(scored);
            Assert.True(metrics.MicroAccuracy > 0.98, $"{trainer}: {metrics.MicroAccuracy}");
            Assert.All(scored.GetColumn<float[]>("Score"), score => Assert.Equal(1, score.Sum(), 1e-4));
            Assert.Equal("Key<UInt32, 0-2>", $"{scored.Schema["PredictedLabel"].Type}");
        }
    }

    [Fact]
    public void PredictionsTakeTheLabelsValues()
    {
        var data = new PointView(60);
        var model = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Word", "PredictedLabel")).Fit(data);
        Assert.Equal(["zero", "one", "two"], model.Transform(data).GetColumn<string>("Word").Take(3));
    }

    [Fact]
    public void LbfgsReadsOnceAndSdcaSeveralTimes()
    {
        var once = new PointView(60);
        _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(once);
        Assert.Equal(1, once.CursorsOpened);
        var often = new PointView(60);
        _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy().Fit(often);
        Assert.True(often.CursorsOpened >= 3, $"{often.CursorsOpened} cursors");
    }

    [Fact]
    public void ExampleWeightsDecideBetweenContradictingRows()
    {
        foreach (var heavy in new[] { 1u, 2u })
        {
            var rows = Enumerable.Range(0, 40).Select(i => new Weighted { Label = (uint)(i % 2), Weight = i % 2 + 1 == heavy ? 3 : 1 }).ToList();
            var data = _ml.Data.LoadFromEnumerable(rows);
            foreach (var trainer in Trainers("Weight"))
            {
                var scored = trainer.Fit(data).Transform(data);
                Assert.All(scored.GetColumn<uint>("PredictedLabel"), label => Assert.Equal(heavy, label));
            }
        }
    }

    [Fact]
    public void AWeightOfTwoIsARowTwice()
    {
        var weighted = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => Row(i, i % 3 == 0 ? 2 : 1)).ToList());
        var repeated = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).SelectMany(i => Enumerable.Repeat(Row(i, 1), i % 3 == 0 ? 2 : 1)).ToList());
        var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(exampleWeightColumnName: "Weight", l1Regularization: 0, l2Regularization: 0.1f);
        var expected = trainer.Fit(repeated).Transform(weighted).GetColumn<float[]>("Score").SelectMany(score => score);
        var actual = trainer.Fit(weighted).Transform(weighted).GetColumn<float[]>("Score").SelectMany(score => score);
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 5e-3);

        static Weighted Row(int i, float weight) => new() { Features = [i % 5, i % 2], Label = (uint)(i % 4 < 2 ? 0 : 1), Weight = weight };
    }

    [Fact]
    public void StrongerRegularizationGivesSmallerWeights()
    {
        var data = new PointView(90);
        Assert.True(Norm(l2: 0.01f) > 2 * Norm(l2: 100));

        double Norm(float l2)
        {
            VBuffer<float>[]? weights = null;
            var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: l2);
            trainer.Fit(data).Model.GetWeights(ref weights, out var classes);
            Assert.Equal(3, classes);
            return weights!.Sum(vector => vector.DenseValues().Sum(weight => weight * weight));
        }
    }

    [Fact]
    public void MetricsAreThoseOfTheCounts()
    {
        var data = _ml.Data.LoadFromEnumerable(new List<Scored>
        {
            new() { Label = 0, PredictedLabel = 0, Score = [0.7f, 0.2f, 0.1f] },
            new() { Label = 0, PredictedLabel = 1, Score = [0.3f, 0.6f, 0.1f] },
            new() { Label = 1, PredictedLabel = 1, Score = [0.1f, 0.8f, 0.1f] },
            new() { Label = 2, PredictedLabel = 0, Score = [0.5f, 0.3f, 0.2f] },
        });
        var metrics = _ml.MulticlassClassification.Evaluate(data, topKPredictionCount: 2);
        Assert.Equal(0.5, metrics.MicroAccuracy, 1e-9);
        Assert.Equal((0.5 + 1 + 0) / 3, metrics.MacroAccuracy, 1e-9);
        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.3) + Math.Log(0.8) + Math.Log(0.2)) / 4, metrics.LogLoss, 1e-6);
        Assert.Equal([0.5, 0.75], metrics.TopKAccuracyForAllK, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([[1.0, 1, 0], [0, 1, 0], [1, 0, 0]], metrics.ConfusionMatrix.Counts);
        Assert.Equal([0.5, 0.5, 0], metrics.ConfusionMatrix.PerClassPrecision);
        Assert.Equal(1, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 2));
    }

    private IEnumerable<IEstimator<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>> Trainers(string? weights = null)
    {
        yield return _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(exampleWeightColumnName: weights);
        yield return _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(exampleWeightColumnName: weights, l1Regularization: 0.01f, l2Regularization: 0.01f);
    }

    private sealed class Weighted
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [1, 1];

        [KeyType(2)]
        public uint Label { get; set; }

        public float Weight { get; set; }
    }

    private sealed class Scored
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [KeyType(3)]
        public uint PredictedLabel { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }
}
