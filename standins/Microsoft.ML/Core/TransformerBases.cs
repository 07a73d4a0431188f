using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that adds columns computed row by row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase(IHost host) => Host = host;

    private protected IHost Host { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, CreateMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    private protected abstract IEnumerable<ColumnMap> MapColumns(DataViewSchema input);

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private RowMapper CreateMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return RowMapper.Adding(inputSchema, MapColumns(inputSchema));
    }
}

/// <summary>A transformer that makes one column of one other, for each of some pairs.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IHost host, params IReadOnlyList<InputOutputColumnPair> columns)
        : base(host) => Columns = columns;

    private protected IReadOnlyList<InputOutputColumnPair> Columns { get; }

    private protected sealed override IEnumerable<ColumnMap> MapColumns(DataViewSchema input) =>
        Columns.Select((pair, i) => MapColumn(i, input.Require(pair.InputColumnName), pair.OutputColumnName));

    /// <summary>The map of pair <paramref name="pair"/>, after its input column's type was checked.</summary>
    private protected abstract ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName);

    private protected void SaveColumns(ModelSaveContext ctx)
    {
        ctx.Writer.Write(Columns.Count);
        foreach (var pair in Columns)
        {
            ctx.Writer.Write(pair.OutputColumnName);
            ctx.Writer.Write(pair.InputColumnName);
        }
    }

    internal static InputOutputColumnPair[] LoadColumns(ModelLoadContext ctx)
    {
        var columns = new InputOutputColumnPair[ctx.Reader.ReadInt32()];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = new InputOutputColumnPair(ctx.Reader.ReadString(), ctx.Reader.ReadString());
        return columns;
    }
}

/// <summary>An estimator whose transformer needs no data to be made.</summary>
public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private protected TrivialEstimator(IHost host, TTransformer transformer)
    {
        Host = host;
        Transformer = transformer;
    }

    private protected IHost Host { get; }

    private protected TTransformer Transformer { get; }

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Errors of the schema come up at Fit, not at the first read.
        Transformer.GetOutputSchema(input.Schema);
        return Transformer;
    }

    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
