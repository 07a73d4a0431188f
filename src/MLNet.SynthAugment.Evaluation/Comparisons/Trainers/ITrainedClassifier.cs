using Microsoft.ML;

namespace MLNet.SynthAugment.Evaluation.Comparisons.Trainers;

/// <summary>A classifier that an arm has trained.</summary>
public interface ITrainedClassifier : IDisposable
{
    /// <summary>Optimiser steps that were taken.</summary>
    int Steps { get; }

    /// <summary>
    /// What rows are taken for: for each, in their order, the class by its place among the keys of <c>LabelKey</c>,
    /// from 0.
    /// </summary>
    /// <param name="rows">Rows with the columns <c>LabelKey</c>, which must not be looked at, and <c>Image</c>.</param>
    IReadOnlyList<int> Predict(IDataView rows);
}
