using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>
/// Multinomial logistic regression: minimises the mean weighted loss + L2/2·‖W‖² + L1·L2·‖W‖₁. The real trainer goes up the
/// dual row by row; this one finds the same minimum by L-BFGS. It reads the data as the real one does: in several passes,
/// with several cursors open at once on different threads.
/// </summary>
public sealed class SdcaMaximumEntropyMulticlassTrainer : SdcaMulticlassTrainerBase<MaximumEntropyModelParameters>
{
    private const int MaximumIterations = 200;

    internal SdcaMaximumEntropyMulticlassTrainer(IHostEnvironment env, MulticlassOptions options)
        : base(env.Register("SdcaMaximumEntropy"), options)
    {
    }

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(
        IDataView input, MaximumEntropyModelParameters start)
    {
        var threads = Math.Max(2, SdcaOptions.NumberOfThreads ?? Environment.ProcessorCount);
        var data = TrainingData.ReadInParallel(Host, input, new TrainingColumns(input.Schema, FeatureColumn.Name, LabelColumn.Name, WeightColumn.Name), threads);
        var l2 = SdcaOptions.L2Regularization ?? DefaultL2(data.RowCount);
        var l1 = (SdcaOptions.L1Regularization ?? DefaultL1Ratio(data.FeatureCount)) * l2;
        Host.Info("Training", FormattableString.Invariant($"{data.RowCount} rows, {data.FeatureCount} features, {data.ClassCount} classes; L2 = {l2}, L1 = {l1}."));

        var objective = new MaximumEntropyObjective(data, lossScale: 1.0 / data.RowCount, l1, l2, regularizeBias: true);
        var iterations = Math.Min(MaximumIterations, SdcaOptions.MaximumNumberOfIterations ?? MaximumIterations);
        var parameters = LbfgsSolver.Minimize(objective, start, historySize: 20, tolerance: 1e-6, iterations);
        return new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(Host, parameters, input.Schema, FeatureColumn.Name, LabelColumn.Name);
    }

    // The real trainer's choices when the options leave it free (from the number of rows and of features).
    private static float DefaultL2(int rowCount)
    {
        var iterations = Math.Max(2, Math.Max(1, 500_000 / rowCount) * 3);
        var expected = Math.Max(2, iterations / 2);
        return Math.Max(1e-6f, 20f / ((float)expected * rowCount));
    }

    private static float DefaultL1Ratio(int featureCount) => featureCount switch
    {
        < 100 => 0,
        < 1000 => 0.25f,
        < 10000 => 0.5f,
        _ => 1,
    };

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : MulticlassOptions;
}
