using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.SynthAugment.Trainers.Augmentation;

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
    /// <param name="cancellation">Stops the training.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ITrainedClassifier Train(
        MLContext context, IDataView rows, ImageAugmentation augmentation, long seed, CancellationToken cancellation);
}
