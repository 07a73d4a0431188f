using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Evaluation.Comparisons.Trainers;
using MLNet.SynthAugment.Trainers.Augmentation;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>A trainer that trains nothing and is as good as a test says.</summary>
internal sealed class ScriptedTrainer : IComparisonTrainer
{
    /// <summary>
    /// How many of the rows it gets right, by the number of synthetic rows trained on and the number of rows to
    /// predict.
    /// </summary>
    public Func<int, int, int> Right { get; init; } = (_, rows) => rows;

    /// <summary>
    /// Told of each training: how many before it, the real rows' images, the number of synthetic rows, whether there
    /// was augmentation.
    /// </summary>
    public Action<Training>? OnTrain { get; init; }

    public List<Training> Trainings { get; } = [];

    public string Name => "scripted";

    public JsonObject Settings { get; init; } = [];

    public int BatchSize => 8;

    public sealed record Training(int Number, long Seed, IReadOnlyList<byte[]> Real, int Synthetic, bool IsAugmented);

    public ITrainedClassifier Train(
        MLContext context, IDataView rows, ImageAugmentation augmentation, long seed, CancellationToken cancellation)
    {
        var (real, synthetic) = (new List<byte[]>(), 0);
        foreach (var (image, isSynthetic) in Read(context, rows))
        {
            if (isSynthetic)
                synthetic++;
            else
                real.Add(image);
        }
        var training = new Training(Trainings.Count, seed, real, synthetic, augmentation != ImageAugmentation.None);
        OnTrain?.Invoke(training);
        Trainings.Add(training);
        return new Classifier(this, synthetic);
    }

    private static List<(byte[] Image, bool IsSynthetic)> Read(MLContext ml, IDataView rows)
    {
        var images = ml.Data.CreateEnumerable<ImageRow>(rows, reuseRowObject: false).Select(row => row.Image).ToList();
        var flags = rows.Schema.GetColumnOrNull("IsSynthetic") is null
            ? Enumerable.Repeat(false, images.Count)
                : ml.Data.CreateEnumerable<FlagRow>(rows, reuseRowObject: false).Select(row => row.IsSynthetic);
        return [.. images.Zip(flags)];
    }

    private sealed class ImageRow
    {
        [VectorType]
        public byte[] Image { get; set; } = [];
    }

    private sealed class FlagRow
    {
        public bool IsSynthetic { get; set; }
    }

    private sealed class Classifier(ScriptedTrainer trainer, int synthetic) : ITrainedClassifier
    {
        public int Steps => 1;

        public IReadOnlyList<int> Predict(IDataView rows)
        {
            var column = rows.Schema["LabelKey"];
            var keys = new List<int>();
            using var cursor = rows.GetRowCursor([column]);
            var getter = cursor.GetGetter<uint>(column);
            uint key = default;
            while (cursor.MoveNext())
            {
                getter(ref key);
                keys.Add((int)key - 1);
            }
            var right = trainer.Right(synthetic, keys.Count);
            return [.. keys.Select((label, i) => i < right ? label : (label + 1) % 3)];
        }

        public void Dispose()
        {
        }
    }
}
