using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Converts columns to another simple type.</summary>
public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly DataKind _kind;

    internal TypeConvertingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, DataKind kind)
        : base(env.Register("TypeConverting"), new TypeConvertingTransformer(env, columns, kind))
    {
        _columns = columns;
        _kind = kind;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var pair in _columns)
        {
            var input = inputSchema.Require(pair.InputColumnName);
            if (!ItemConversion.Exists(input.ItemType, _kind.ToType()))
                throw Errors.TypeMismatch(nameof(inputSchema), "input", input.Name, $"a type convertible to {_kind}", input.Describe());
            inputSchema = inputSchema.With(new SchemaShape.Column(pair.OutputColumnName, input.Kind, _kind.ToType(), isKey: false));
        }

        return inputSchema;
    }
}

/// <inheritdoc cref="TypeConvertingEstimator"/>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    private readonly DataKind _kind;

    internal TypeConvertingTransformer(IHostEnvironment env, IReadOnlyList<InputOutputColumnPair> columns, DataKind kind)
        : base(env.Register("TypeConverting"), columns) => _kind = kind;

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        var (from, to) = (input.Type.ItemType(), _kind.ToType());
        if (!ItemConversion.Exists(from, to))
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, $"a type convertible to {_kind}", $"{input.Type}");
        return Generic.Method(typeof(TypeConvertingTransformer), nameof(CreateMap), from.RawType, to.RawType)
            .Call<ColumnMap>(input, outputName, to, ItemConversion.Create(from, to));
    }

    private static ColumnMap CreateMap<TIn, TOut>(DataViewSchema.Column input, string outputName, PrimitiveDataViewType type, Delegate convert) =>
        ItemMap.Create(input, outputName, type, (Func<TIn, TOut>)convert);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        ctx.Writer.Write((byte)_kind);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx) =>
            new TypeConvertingTransformer(env, LoadColumns(ctx), (DataKind)ctx.Reader.ReadByte());
    }
}

/// <summary>Conversions of single values: between numbers, and of numbers and Booleans from and to text.</summary>
internal static class ItemConversion
{
    public static bool Exists(DataViewType from, DataViewType to) =>
        from.Equals(to) || (IsValue(from) && IsValue(to) && !(from is TextDataViewType && to is BooleanDataViewType));

    public static Delegate Create(DataViewType from, DataViewType to)
    {
        if (from.RawType == to.RawType)
            return Generic.Method(typeof(ItemConversion), nameof(Same), from.RawType).Call<Delegate>();
        if (from is TextDataViewType)
            return Generic.Method(typeof(ItemConversion), nameof(FromText), to.RawType).Call<Delegate>();
        if (to is TextDataViewType)
            return Generic.Method(typeof(ItemConversion), nameof(ToText), from.RawType).Call<Delegate>();
        if (from is BooleanDataViewType)
            return Generic.Method(typeof(ItemConversion), nameof(FromBoolean), to.RawType).Call<Delegate>();
        if (to is BooleanDataViewType)
            return Generic.Method(typeof(ItemConversion), nameof(ToBoolean), from.RawType).Call<Delegate>();
        return Generic.Method(typeof(ItemConversion), nameof(Between), from.RawType, to.RawType).Call<Delegate>();
    }

    private static bool IsValue(DataViewType type) =>
        type is NumberDataViewType or BooleanDataViewType or TextDataViewType or KeyDataViewType;

    private static Func<T, T> Same<T>() => value => value;

    private static Func<TIn, TOut> Between<TIn, TOut>()
        where TIn : INumberBase<TIn>
        where TOut : INumberBase<TOut> => TOut.CreateSaturating;

    // Text that is no number is missing: NaN where the type has one, else 0.
    private static Func<ReadOnlyMemory<char>, TOut> FromText<TOut>()
        where TOut : INumberBase<TOut> =>
        text => TOut.TryParse(text.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : Missing<TOut>.Value;

    private static Func<TIn, ReadOnlyMemory<char>> ToText<TIn>() => value => FormattableString.Invariant($"{value}").AsMemory();

    private static Func<bool, TOut> FromBoolean<TOut>()
        where TOut : INumberBase<TOut> => value => value ? TOut.One : TOut.Zero;

    private static Func<TIn, bool> ToBoolean<TIn>()
        where TIn : INumberBase<TIn> => value => !TIn.IsZero(value);

    private static class Missing<T>
        where T : INumberBase<T>
    {
        public static readonly T Value = T.CreateSaturating(double.NaN);
    }
}
