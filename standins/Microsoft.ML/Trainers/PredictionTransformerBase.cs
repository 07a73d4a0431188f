using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Adds a model's predictions to rows.</summary>
public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable
    where TModel : class
{
    private protected PredictionTransformerBase(IHost host, TModel model)
    {
        Host = host;
        Model = model;
    }

    public TModel Model { get; }

    bool ITransformer.IsRowToRowMapper => true;

    private protected IHost Host { get; }

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, CreateMapper(input.Schema));
    }

    public void Dispose() => (Model as IDisposable)?.Dispose();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveCore(ctx);

    private protected abstract RowMapper CreateMapper(DataViewSchema inputSchema);

    private protected abstract void SaveCore(ModelSaveContext ctx);
}

/// <summary>A prediction transformer of one feature column.</summary>
public abstract class SingleFeaturePredictionTransformerBase<TModel>
    : PredictionTransformerBase<TModel>, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(IHost host, TModel model, string featureColumnName, DataViewType featureColumnType)
        : base(host, model)
    {
        FeatureColumnName = featureColumnName;
        FeatureColumnType = featureColumnType;
    }

    public string FeatureColumnName { get; }

    public DataViewType FeatureColumnType { get; }

    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateMapper(inputSchema).OutputSchema;

    private protected sealed override RowMapper CreateMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var features = inputSchema.Require(FeatureColumnName, "feature");
        if (!features.Type.Equals(FeatureColumnType) && !IsSameVector(features.Type))
            throw Errors.TypeMismatch(nameof(inputSchema), "feature", FeatureColumnName, $"{FeatureColumnType}", $"{features.Type}");
        return RowMapper.Adding(inputSchema, MapFeatures(features));
    }

    private protected abstract IEnumerable<ColumnMap> MapFeatures(DataViewSchema.Column features);

    // Vectors of one size are alike to a model, whatever their dimensions.
    private bool IsSameVector(DataViewType type) =>
        type is VectorDataViewType actual && FeatureColumnType is VectorDataViewType expected
        && actual.Size == expected.Size && actual.ItemType.Equals(expected.ItemType);
}
