using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trains and judges models of one kind of task.</summary>
public abstract class TrainCatalogBase
{
    private protected TrainCatalogBase(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }

    /// <summary>Fits on the rest of the data and scores each fold with the model that did not see it.</summary>
    private protected IEnumerable<(int Fold, ITransformer Model, IDataView Scored)> FitFolds(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds, string samplingKeyColumnName, int? seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        var folds = new DataOperationsCatalog(Environment).CrossValidationSplit(
            data, numberOfFolds, samplingKeyColumnName, seed ?? (Environment as HostEnvironment)?.Seed);
        for (var fold = 0; fold < folds.Count; fold++)
        {
            var model = estimator.Fit(folds[fold].TrainSet);

            // As the real package: every scope, so a training-only step also changes the held-out rows.
            var scored = model is ITransformerChain chain
                ? chain.Transform(folds[fold].TestSet, TransformerScope.Everything)
                : model.Transform(folds[fold].TestSet);
            yield return (fold, model, scored);
        }
    }

    /// <summary>Where extension methods hang trainers.</summary>
    public abstract class CatalogInstantiatorBase
    {
        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => Owner = owner;

        // Third-party trainers reach the environment through this name and the owner's Environment.
        internal TrainCatalogBase Owner { get; }

        internal IHostEnvironment Environment => Owner.Environment;
    }

    /// <summary>One fold's model and how it did.</summary>
    public sealed class CrossValidationResult<T>
        where T : class
    {
        public readonly int Fold;

        public readonly T Metrics;

        public readonly ITransformer Model;

        public readonly IDataView ScoredHoldOutSet;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scored, int fold)
        {
            Model = model;
            Metrics = metrics;
            ScoredHoldOutSet = scored;
            Fold = fold;
        }
    }
}

/// <summary>Trains and judges models that tell classes apart.</summary>
public sealed class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment env)
        : base(env) => Trainers = new MulticlassClassificationTrainers(this);

    public MulticlassClassificationTrainers Trainers { get; }

    public MulticlassClassificationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        int topKPredictionCount = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        return MulticlassEvaluator.Evaluate(data, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount);
    }

    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string samplingKeyColumnName = null,
        int? seed = null) =>
        [.. FitFolds(data, estimator, numberOfFolds, samplingKeyColumnName, seed).Select(result =>
            new CrossValidationResult<MulticlassClassificationMetrics>(
                result.Model, Evaluate(result.Scored, labelColumnName), result.Scored, result.Fold))];

    /// <summary>Where extension methods hang the trainers.</summary>
    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(MulticlassClassificationCatalog catalog)
            : base(catalog)
        {
        }
    }
}
