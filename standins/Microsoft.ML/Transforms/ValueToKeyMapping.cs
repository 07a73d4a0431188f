using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Numbers the distinct values of columns.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _keyOrdinality;
    private readonly bool _keyValuesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(
        IHostEnvironment env, InputOutputColumnPair[] columns, int maximumNumberOfKeys, KeyOrdinality keyOrdinality, bool keyValuesAsText, IDataView keyData)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumNumberOfKeys);
        if (keyData is not null && keyData.Schema.Count(column => !column.IsHidden) != 1)
            throw new ArgumentException("The key data must have exactly one column.", nameof(keyData));
        _host = env.Register("ValueToKeyMapping");
        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _keyOrdinality = keyOrdinality;
        _keyValuesAsText = keyValuesAsText;
        _keyData = keyData;
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var maps = _columns.Select(pair => Learn(input, input.Schema.Require(pair.InputColumnName))).ToArray();
        return new ValueToKeyMappingTransformer(_host, _columns, maps, _keyValuesAsText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var pair in _columns)
        {
            var input = inputSchema.Require(pair.InputColumnName);
            if (input.ItemType is not PrimitiveDataViewType)
                throw Errors.TypeMismatch(nameof(inputSchema), "input", pair.InputColumnName, "a primitive type", input.Describe());
            var values = AnnotationKinds.ShapeOf(AnnotationKinds.KeyValues, _keyValuesAsText ? TextDataViewType.Instance : input.ItemType);
            inputSchema = inputSchema.With(new SchemaShape.Column(
                pair.OutputColumnName, input.Kind, NumberDataViewType.UInt32, isKey: true, new SchemaShape([values])));
        }

        return inputSchema;
    }

    private KeyMap Learn(IDataView input, DataViewSchema.Column column)
    {
        var (data, source) = _keyData is null ? (input, column) : (_keyData, _keyData.Schema.First(candidate => !candidate.IsHidden));
        if (source.Type.ItemType() is not PrimitiveDataViewType itemType)
            throw Errors.TypeMismatch(nameof(input), "input", column.Name, "a primitive type", $"{column.Type}");
        var map = KeyMap.Create(itemType);
        map.AddAll(data, source, _maximumNumberOfKeys);
        if (_keyOrdinality == KeyOrdinality.ByValue)
            map.Sort();
        return map;
    }

    /// <summary>How values are numbered: as they come, or in their order.</summary>
    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }
}

/// <inheritdoc cref="ValueToKeyMappingEstimator"/>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    private readonly KeyMap[] _maps;
    private readonly bool _keyValuesAsText;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, IReadOnlyList<InputOutputColumnPair> columns, KeyMap[] maps, bool keyValuesAsText)
        : base(env.Register("ValueToKeyMapping"), columns)
    {
        _maps = maps;
        _keyValuesAsText = keyValuesAsText;
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        var map = _maps[pair];
        if (!input.Type.ItemType().Equals(map.ItemType))
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, $"{map.ItemType}", $"{input.Type}");
        return map.CreateMap(input, outputName, _keyValuesAsText);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        ctx.Writer.Write(_keyValuesAsText);
        foreach (var map in _maps)
            map.Save(ctx.Writer);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        {
            var columns = LoadColumns(ctx);
            var asText = ctx.Reader.ReadBoolean();
            return new ValueToKeyMappingTransformer(env, columns, [.. columns.Select(_ => KeyMap.Load(ctx.Reader))], asText);
        }
    }
}
