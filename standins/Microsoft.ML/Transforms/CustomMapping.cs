using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;
using Microsoft.ML.Typed;

namespace Microsoft.ML.Transforms;

/// <summary>Adds columns that a function fills, row by row.</summary>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(
        IHostEnvironment env, Action<TSrc, TDst> map, string contractName, SchemaDefinition input, SchemaDefinition output)
        : base(env.Register("CustomMapping"), new CustomMappingTransformer<TSrc, TDst>(env, map, contractName, input, output))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var column in Transformer.Input)
            inputSchema.Require(column.ColumnName);
        return inputSchema.With([.. Transformer.Output.Select(column => SchemaShape.Column.Of(column.ColumnName, column.ColumnType))]);
    }
}

/// <inheritdoc cref="CustomMappingEstimator{TSrc, TDst}"/>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contractName;

    internal CustomMappingTransformer(
        IHostEnvironment env, Action<TSrc, TDst> map, string contractName, SchemaDefinition input, SchemaDefinition output)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(map);
        _map = map;
        _contractName = contractName;
        Input = input ?? SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Write);
        Output = output ?? SchemaDefinition.Create(typeof(TDst), SchemaDefinition.Direction.Read);
    }

    internal SchemaDefinition Input { get; }

    internal SchemaDefinition Output { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, CreateMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (_contractName is null)
            throw new InvalidOperationException("Empty contract name for a custom mapping: the custom mapping cannot be saved");
        ctx.SetLoader<CustomMappingLoader>();
        ctx.Writer.Write(_contractName);
    }

    private RowMapper CreateMapper(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var reader = new RowReader<TSrc>(schema, Input);
        var inputs = reader.Columns.Select(column => column.Index).ToArray();
        var results = new PerRow<TDst>(row =>
        {
            var read = reader.CreateReader(row);
            var source = new TSrc();
            var destination = new TDst();
            return () =>
            {
                read(source);
                _map(source, destination);
                return destination;
            };
        });
        return RowMapper.Adding(schema, MemberBinding<TDst>.All(Output).Select(binding =>
        {
            var column = binding.Column;
            var output = new DataViewSchema.DetachedColumn(column.ColumnName, column.ColumnType, column.Annotations);
            return new ColumnMap(output, inputs, (row, _) => binding.CreateGetter(results.For(row)));
        }));
    }
}
