namespace MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

/// <summary>Trains the classifiers of a comparison, all in the same way.</summary>
public interface IComparisonTrainer
{
    /// <summary>What it is called in results.</summary>
    string Name { get; }

    /// <summary>All its settings: other settings, other results.</summary>
    JsonObject Settings { get; }

    /// <summary>The most rows of an optimiser step.</summary>
    int BatchSize { get; }

    /// <summary>Trains a classifier.</summary>
    /// <param name="context">For logs and other trainers.</param>
    /// <param name="rows">The rows: <c>LabelKey</c> (a key of all classes), <c>Image</c> (an image file's bytes) and,
    /// where there are synthetic rows, the columns of <c>SynthesizeFewShot</c>.</param>
    /// <param name="augmentation">What is done to the images.</param>
    /// <param name="seed">The seed of all randomness.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ITrainedClassifier Train(
        MLContext context, IDataView rows, ImageAugmentation augmentation, long seed,
        CancellationToken cancellationToken);
}

/// <summary>A classifier that an arm has trained.</summary>
public interface ITrainedClassifier : IDisposable
{
    /// <summary>Optimiser steps that were taken.</summary>
    int Steps { get; }

    /// <summary>
    /// What rows are taken for: for each, in their order, the class by its place among the keys of <c>LabelKey</c>,
    /// from 0.
    /// </summary>
    /// <param name="rows">Rows with the columns <c>Image</c> and <c>LabelKey</c>; predictions must not use the
    /// latter.</param>
    IReadOnlyList<int> Predict(IDataView rows);
}

/// <summary>The columns of the views that trainers get.</summary>
internal static class ComparisonColumns
{
    public const string Label = nameof(ComparisonRow.Label);
    public const string Image = nameof(ComparisonRow.Image);
    public const string LabelKey = "LabelKey";
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>The keys of a column, from 0; −1 where one is missing.</summary>
    public static IReadOnlyList<int> ReadKeys(IDataView view, string name)
    {
        var column = view.Schema[name];
        var keys = new List<int>();
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<uint>(column);
        uint key = default;
        while (cursor.MoveNext())
        {
            getter(ref key);
            keys.Add((int)key - 1);
        }
        return keys;
    }
}
