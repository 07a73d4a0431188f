using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>Options and roles of the SDCA trainers.</summary>
public abstract class SdcaTrainerBase<TOptions, TTransformer, TModel> : StochasticTrainerBase<TTransformer, TModel>
    where TOptions : SdcaTrainerBase<TOptions, TTransformer, TModel>.OptionsBase, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SdcaTrainerBase(IHost host, TOptions options)
        : base(host, Features(options.FeatureColumnName), KeyLabel(options.LabelColumnName), Weight(options.ExampleWeightColumnName)) =>
        SdcaOptions = options;

    private protected TOptions SdcaOptions { get; }

    /// <summary>Options of the SDCA trainers; null lets the trainer choose.</summary>
    public abstract class OptionsBase : TrainerInputBaseWithWeight
    {
        public float? L2Regularization;

        public float? L1Regularization;

        public int? NumberOfThreads;

        public int? MaximumNumberOfIterations;

        private protected OptionsBase()
        {
        }
    }
}

/// <summary>The SDCA trainers of several classes.</summary>
public abstract class SdcaMulticlassTrainerBase<TModel>
    : SdcaTrainerBase<SdcaMulticlassTrainerBase<TModel>.MulticlassOptions, MulticlassPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected SdcaMulticlassTrainerBase(IHost host, MulticlassOptions options)
        : base(host, options)
    {
    }

    private protected override IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape.Column label) => MulticlassColumns.Of(label);

    /// <summary>Options of the SDCA trainers of several classes.</summary>
    public class MulticlassOptions : OptionsBase;
}
