using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Gives keys their values back, from the annotation that holds them.</summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal KeyToValueMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns)
        : base(env.Register("KeyToValueMapping"), new KeyToValueMappingTransformer(env, columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var pair in _columns)
        {
            var input = inputSchema.Require(pair.InputColumnName);
            if (!input.IsKey)
                throw Errors.TypeMismatch(nameof(inputSchema), "input", input.Name, "KeyDataViewType", input.Describe());
            if (!input.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out var values))
                throw new ArgumentException($"Input column '{input.Name}' doesn't contain key values metadata", nameof(inputSchema));
            inputSchema = inputSchema.With(new SchemaShape.Column(pair.OutputColumnName, input.Kind, values.ItemType, values.IsKey));
        }

        return inputSchema;
    }
}

/// <inheritdoc cref="KeyToValueMappingEstimator"/>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal KeyToValueMappingTransformer(IHostEnvironment env, params IReadOnlyList<InputOutputColumnPair> columns)
        : base(env.Register("KeyToValueMapping"), columns)
    {
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        if (input.Type.ItemType() is not KeyDataViewType key)
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, "KeyDataViewType", $"{input.Type}");
        if (input.Annotations.Find(AnnotationKinds.KeyValues)?.Type is not VectorDataViewType values)
            throw new InvalidOperationException($"Metadata KeyValues does not exist: the keys of column '{input.Name}' have no values.");
        return Generic.Method(typeof(KeyToValueMappingTransformer), nameof(CreateMap), key.RawType, values.ItemType.RawType)
            .Call<ColumnMap>(input, outputName, values.ItemType);
    }

    private static ColumnMap CreateMap<TKey, TValue>(DataViewSchema.Column input, string outputName, PrimitiveDataViewType valueType)
        where TKey : struct, System.Numerics.IBinaryInteger<TKey>
    {
        VBuffer<TValue> annotation = default;
        input.GetKeyValues(ref annotation);
        var values = annotation.DenseValues().ToArray();
        var missing = Missing<TValue>();
        return ItemMap.Create<TKey, TValue>(input, outputName, valueType, key =>
        {
            var position = ulong.CreateTruncating(key) - 1;
            return position < (ulong)values.Length ? values[position] : missing;
        });
    }

    private static T Missing<T>()
    {
        if (typeof(T) == typeof(float))
            return (T)(object)float.NaN;
        return typeof(T) == typeof(double) ? (T)(object)double.NaN : default;
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new KeyToValueMappingTransformer(env, LoadColumns(ctx));
    }
}
