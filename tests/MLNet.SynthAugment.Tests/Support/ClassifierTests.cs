using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.Trainers;

namespace MLNet.SynthAugment.Tests.Support;

/// <summary>A labelled drawing with what a trainer may read beside.</summary>
public sealed class WeightedDrawing
{
    public string Label { get; set; } = "";

    public string ImagePath { get; set; } = "";

    public float Weight { get; set; } = 1;

    public bool Synthetic { get; set; }

    [VectorType(3)]
    public float[] Soft { get; set; } = [];
}

/// <summary>What a trainer's tests read of a scored row.</summary>
public sealed class ScoredDrawing
{
    public string Label { get; set; } = "";

    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }
}

/// <summary>Views of drawings and short trainings on them.</summary>
public static class ClassifierTests
{
    public static List<WeightedDrawing> Rows(string folder, int perClass, int firstNumber = 0) =>
        [.. Drawings.Write(folder, perClass, firstNumber)
            .Select(row => new WeightedDrawing { Label = row.Label, ImagePath = row.ImagePath })];

    /// <summary>A view whose label is a key of all three classes, in their own order.</summary>
    public static IDataView View(this MLContext ml, IEnumerable<WeightedDrawing> rows)
    {
        var keys = ml.Data.LoadFromEnumerable(Drawings.Classes.Select(name => new KeyRow { Label = name }));
        var view = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("LabelKey", "Label", keyData: keys).Fit(view).Transform(view);
    }

    public static float[][] Scores(this ImageClassificationTransformer fitted, MLContext ml, IDataView view) =>
        [.. ml.Data.CreateEnumerable<ScoredDrawing>(
            fitted.Transform(view), reuseRowObject: false, ignoreMissingColumns: true).Select(row => row.Score)];

    public static double Accuracy(this ITransformer fitted, MLContext ml, IDataView view) =>
        ml.MulticlassClassification.Evaluate(fitted.Transform(view), "LabelKey").MicroAccuracy;

    private sealed class KeyRow
    {
        public string Label { get; set; } = "";
    }
}
