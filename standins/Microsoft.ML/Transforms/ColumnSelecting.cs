using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps, or drops, columns of the given names.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    private readonly string[] _names;
    private readonly bool _keep;

    internal ColumnSelectingEstimator(IHostEnvironment env, string[] names, bool keep, bool keepHidden)
        : base(env.Register("SelectColumns"), new ColumnSelectingTransformer(names, keep, keepHidden))
    {
        _names = names;
        _keep = keep;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_keep)
            return new SchemaShape(_names.Select(name => inputSchema.Require(name)));
        return new SchemaShape(inputSchema.Where(column => !_names.Contains(column.Name)));
    }
}

/// <inheritdoc cref="ColumnSelectingEstimator"/>
public sealed class ColumnSelectingTransformer : ITransformer
{
    private readonly string[] _names;
    private readonly bool _keep;
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool keep, bool keepHidden)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = names;
        _keep = keep;
        _keepHidden = keepHidden;
    }

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
        ctx.SetLoader<Loader>();
        ctx.Writer.Write(_keep);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(_names.Length);
        foreach (var name in _names)
            ctx.Writer.Write(name);
    }

    // Kept columns come in the order they were named; with one's hidden namesakes, where those are kept, before it.
    private RowMapper CreateMapper(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!_keep)
            return RowMapper.Selecting(schema, schema.Where(column => !_names.Contains(column.Name)).Select(column => column.Index));
        foreach (var name in _names)
            schema.Require(name);
        return RowMapper.Selecting(schema, _names.SelectMany(name => schema
            .Where(column => column.Name == name && (_keepHidden || !column.IsHidden))
            .Select(column => column.Index)));
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        {
            var keep = ctx.Reader.ReadBoolean();
            var keepHidden = ctx.Reader.ReadBoolean();
            var names = new string[ctx.Reader.ReadInt32()];
            for (var i = 0; i < names.Length; i++)
                names[i] = ctx.Reader.ReadString();
            return new ColumnSelectingTransformer(names, keep, keepHidden);
        }
    }
}
