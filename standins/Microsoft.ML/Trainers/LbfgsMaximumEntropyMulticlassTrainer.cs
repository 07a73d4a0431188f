using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>
/// Multinomial logistic regression by L-BFGS: minimises the weighted loss + L2/2·‖W‖² + L1·‖W‖₁. Reads the data once, with one cursor.
/// </summary>
public sealed class LbfgsMaximumEntropyMulticlassTrainer
    : LbfgsTrainerBase<LbfgsMaximumEntropyMulticlassTrainer.Options, MulticlassPredictionTransformer<MaximumEntropyModelParameters>, MaximumEntropyModelParameters>
{
    private const int MaximumIterations = 500;

    internal LbfgsMaximumEntropyMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env.Register("LbfgsMaximumEntropy"), options)
    {
    }

    public MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(IDataView trainData, MaximumEntropyModelParameters modelParameters)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        GetOutputSchema(SchemaShape.Create(trainData.Schema));
        return Train(trainData, modelParameters);
    }

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape.Column label) => MulticlassColumns.Of(label);

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(
        IDataView input, MaximumEntropyModelParameters start)
    {
        var data = TrainingData.Read(Host, input, new TrainingColumns(input.Schema, FeatureColumn.Name, LabelColumn.Name, WeightColumn.Name));
        Host.Info("Training", $"{data.RowCount} rows, {data.FeatureCount} features, {data.ClassCount} classes.");
        var objective = new MaximumEntropyObjective(
            data, lossScale: 1, LbfgsOptions.L1Regularization, LbfgsOptions.L2Regularization, regularizeBias: false)
        {
            NonNegative = LbfgsOptions.EnforceNonNegativity,
        };
        var iterations = Math.Min(MaximumIterations, LbfgsOptions.MaximumNumberOfIterations);
        var parameters = LbfgsSolver.Minimize(objective, start, LbfgsOptions.HistorySize, LbfgsOptions.OptimizationTolerance, iterations);
        return new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(Host, parameters, input.Schema, FeatureColumn.Name, LabelColumn.Name);
    }

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : OptionsBase;
}
