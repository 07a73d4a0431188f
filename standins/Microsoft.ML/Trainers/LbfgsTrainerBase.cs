using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>Options and roles of the L-BFGS trainers.</summary>
public abstract class LbfgsTrainerBase<TOptions, TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>
    where TOptions : LbfgsTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private static readonly TrainerInfo s_info = new(needNormalization: true, wantCaching: true);

    private protected LbfgsTrainerBase(IHost host, TOptions options)
        : base(host, Features(options.FeatureColumnName), KeyLabel(options.LabelColumnName), Weight(options.ExampleWeightColumnName)) =>
        LbfgsOptions = options;

    public override TrainerInfo Info => s_info;

    private protected TOptions LbfgsOptions { get; }

    /// <summary>Options of the L-BFGS trainers.</summary>
    public abstract class OptionsBase : TrainerInputBaseWithWeight
    {
        public float L2Regularization = 1;

        public float L1Regularization = 1;

        public float OptimizationTolerance = 1e-7f;

        public int HistorySize = 20;

        public bool EnforceNonNegativity;

        public int MaximumNumberOfIterations = int.MaxValue;

        protected OptionsBase()
        {
        }
    }
}
