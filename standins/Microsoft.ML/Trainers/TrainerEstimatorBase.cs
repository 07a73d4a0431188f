using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>A trainer of one feature column, one label column and perhaps example weights.</summary>
public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    public readonly SchemaShape.Column FeatureColumn;

    public readonly SchemaShape.Column LabelColumn;

    public readonly SchemaShape.Column WeightColumn;

    private protected TrainerEstimatorBase(IHost host, SchemaShape.Column feature, SchemaShape.Column label, SchemaShape.Column weight = default)
    {
        Host = host;
        FeatureColumn = feature;
        LabelColumn = label;
        WeightColumn = weight;
    }

    public abstract TrainerInfo Info { get; }

    private protected IHost Host { get; }

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        return Train(input, null);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Check(inputSchema, FeatureColumn, "feature");
        Check(inputSchema, LabelColumn, "label");
        if (WeightColumn.Name is not null)
            Check(inputSchema, WeightColumn, "weight");
        return inputSchema.With([.. OutputColumns(inputSchema.Require(LabelColumn.Name, "label"))]);
    }

    private protected abstract IEnumerable<SchemaShape.Column> OutputColumns(SchemaShape.Column label);

    private protected abstract TTransformer Train(IDataView input, TModel start);

    private protected static SchemaShape.Column Features(string name) =>
        new(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false);

    private protected static SchemaShape.Column KeyLabel(string name) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true);

    private protected static SchemaShape.Column Weight(string name) =>
        name is null ? default : new(name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false);

    private static void Check(SchemaShape schema, SchemaShape.Column expected, string role)
    {
        var actual = schema.Require(expected.Name, role);
        if (actual.Kind != expected.Kind || actual.IsKey != expected.IsKey || !actual.ItemType.Equals(expected.ItemType))
            throw Errors.TypeMismatch("inputSchema", role, expected.Name, expected.Describe(), actual.Describe());
    }
}

/// <summary>A trainer that draws its examples at random.</summary>
public abstract class StochasticTrainerBase<TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private static readonly TrainerInfo s_info = new(needNormalization: true, wantCaching: true);

    public StochasticTrainerBase(IHost host, SchemaShape.Column feature, SchemaShape.Column label, SchemaShape.Column weight = default)
        : base(host, feature, label, weight)
    {
    }

    public override TrainerInfo Info => s_info;
}
