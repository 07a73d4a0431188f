namespace Microsoft.ML.Data;

/// <summary>Compares scores and predictions with labels.</summary>
internal static class MulticlassEvaluator
{
    private const double SmallestProbability = 1e-15;

    public static MulticlassClassificationMetrics Evaluate(IDataView data, string labelName, string scoreName, string predictedName, int topK)
    {
        var label = data.Schema.Require(labelName, "label", "schema");
        var score = data.Schema.Require(scoreName, "score", "schema");
        var predicted = data.Schema.Require(predictedName, "predicted label", "schema");
        if (label.Type is not KeyDataViewType)
            throw Errors.TypeMismatch("schema", "label", labelName, "a known-cardinality key", $"{label.Type}");
        if (score.Type is not VectorDataViewType { IsKnownSize: true } scores || !scores.ItemType.Equals(NumberDataViewType.Single))
            throw Errors.TypeMismatch("schema", "score", scoreName, "known-size vector of Single", $"{score.Type}");

        var tally = new Tally(scores.Size);
        using var cursor = data.GetRowCursor([label, score, predicted]);
        var getLabel = NumberReader.Create(cursor, label);
        var getPredicted = NumberReader.Create(cursor, predicted);
        var getScores = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        var values = new float[scores.Size];
        while (cursor.MoveNext())
        {
            getScores(ref buffer);
            buffer.CopyTo(values);
            tally.Add((int)getLabel() - 1, (int)getPredicted() - 1, values);
        }

        return tally.ToMetrics(topK, ClassNames(score, scores.Size));
    }

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        if (!score.HasSlotNames())
            return [.. Enumerable.Range(0, count).Select(i => $"{i}")];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    /// <summary>Counts of actual and predicted classes, of the label's rank, and sums of the log-loss.</summary>
    private sealed class Tally(int classCount)
    {
        private readonly double[][] _counts = [.. Enumerable.Range(0, classCount).Select(_ => new double[classCount])];
        private readonly double[] _logLoss = new double[classCount];
        private readonly double[] _ranks = new double[classCount];
        private readonly double[] _actual = new double[classCount];
        private double _total;
        private double _unknownLogLoss;

        // Rows without label say nothing; a label the model has never seen counts as wrong.
        public void Add(int label, int predicted, float[] scores)
        {
            if (label < 0)
                return;
            _total++;
            if (label >= classCount)
            {
                _unknownLogLoss -= Math.Log(SmallestProbability);
                return;
            }

            _actual[label]++;
            _logLoss[label] -= Math.Log(Math.Max(scores[label], SmallestProbability));
            _ranks[scores.Count(score => score > scores[label])]++;
            if (predicted >= 0 && predicted < classCount)
                _counts[label][predicted]++;
        }

        public MulticlassClassificationMetrics ToMetrics(int topK, string[] classNames)
        {
            var present = Enumerable.Range(0, classCount).Where(c => _actual[c] > 0).ToList();
            var correct = present.Sum(c => _counts[c][c]);
            var logLoss = (_logLoss.Sum() + _unknownLogLoss) / _total;
            var priorEntropy = -present.Sum(c => _actual[c] / _total * Math.Log(_actual[c] / _total));
            return new MulticlassClassificationMetrics
            {
                MicroAccuracy = correct / _total,
                MacroAccuracy = present.Count == 0 ? double.NaN : present.Average(c => _counts[c][c] / _actual[c]),
                LogLoss = logLoss,
                LogLossReduction = (priorEntropy - logLoss) / priorEntropy,
                PerClassLogLoss = [.. _logLoss.Select((loss, c) => _actual[c] > 0 ? loss / _actual[c] : 0)],
                TopKPredictionCount = topK,
                TopKAccuracyForAllK = topK > 0 ? [.. TopK(topK)] : [],
                ConfusionMatrix = new ConfusionMatrix(_counts, classNames),
            };
        }

        private IEnumerable<double> TopK(int topK)
        {
            var within = 0.0;
            for (var k = 0; k < Math.Min(topK, classCount); k++)
                yield return (within += _ranks[k]) / _total;
        }
    }
}
