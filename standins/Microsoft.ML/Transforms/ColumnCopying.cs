using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Gives a column a second name.</summary>
public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly InputOutputColumnPair _pair;

    internal ColumnCopyingEstimator(IHostEnvironment env, InputOutputColumnPair pair)
        : base(env.Register("ColumnCopying"), new ColumnCopyingTransformer(env, pair)) => _pair = pair;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        inputSchema.With(inputSchema.Require(_pair.InputColumnName).Renamed(_pair.OutputColumnName));
}

/// <inheritdoc cref="ColumnCopyingEstimator"/>
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal ColumnCopyingTransformer(IHostEnvironment env, params IReadOnlyList<InputOutputColumnPair> columns)
        : base(env.Register("ColumnCopying"), columns)
    {
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName) =>
        CopyColumn.Create(input, outputName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new ColumnCopyingTransformer(env, LoadColumns(ctx));
    }
}

internal static class CopyColumn
{
    public static ColumnMap Create(DataViewSchema.Column input, string outputName)
    {
        var output = new DataViewSchema.DetachedColumn(outputName, input.Type, input.Annotations);
        var makeGetter = Generic.Method(typeof(CopyColumn), nameof(GetGetter), input.Type.RawType);
        return new ColumnMap(output, [input.Index], (row, _) => makeGetter.Call<Delegate>(row, row.Schema[input.Index]));
    }

    private static ValueGetter<T> GetGetter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
