using Microsoft.ML.Data;
using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns a scale for every slot of columns.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly long _maximumExampleCount;
    private readonly Func<SlotStatistics, Scaling> _scale;

    internal NormalizingEstimator(
        IHostEnvironment env, InputOutputColumnPair[] columns, long maximumExampleCount, Func<SlotStatistics, Scaling> scale)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _host = env.Register("Normalizer");
        _columns = columns;
        _maximumExampleCount = maximumExampleCount;
        _scale = scale;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = Array.ConvertAll(_columns, pair => input.Schema.Require(pair.InputColumnName));
        foreach (var column in columns)
            NormalizingTransformer.CheckType(column);

        using var cursor = input.GetRowCursor(columns.DistinctBy(column => column.Index));
        var collectors = Array.ConvertAll(columns, column => SlotCollector.Create(cursor, column));
        for (long row = 0; row < _maximumExampleCount && cursor.MoveNext(); row++)
        {
            foreach (var collector in collectors)
                collector.Collect();
        }

        var scalings = Array.ConvertAll(collectors, collector => Array.ConvertAll(collector.Slots, slot => _scale(slot)));
        return new NormalizingTransformer(_host, _columns, scalings);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var pair in _columns)
        {
            var input = inputSchema.Require(pair.InputColumnName);
            if (input.IsKey || !NormalizingTransformer.IsSupported(input.ItemType) || input.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw Errors.TypeMismatch(nameof(inputSchema), "input", input.Name, NormalizingTransformer.Supported, input.Describe());
            var normalized = new SchemaShape.Column(
                AnnotationKinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, isKey: false);
            inputSchema = inputSchema.With(new SchemaShape.Column(
                pair.OutputColumnName, input.Kind, input.ItemType, isKey: false, new SchemaShape([normalized])));
        }

        return inputSchema;
    }
}

/// <inheritdoc cref="NormalizingEstimator"/>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string Supported = "known-size vector or scalar of Single or Double";

    private readonly Scaling[][] _scalings;

    internal NormalizingTransformer(IHostEnvironment env, IReadOnlyList<InputOutputColumnPair> columns, Scaling[][] scalings)
        : base(env.Register("Normalizer"), columns) => _scalings = scalings;

    internal static bool IsSupported(DataViewType itemType) =>
        itemType.Equals(NumberDataViewType.Single) || itemType.Equals(NumberDataViewType.Double);

    internal static void CheckType(DataViewSchema.Column column)
    {
        if (!IsSupported(column.Type.ItemType()) || column.Type is VectorDataViewType { IsKnownSize: false })
            throw Errors.TypeMismatch("inputSchema", "input", column.Name, Supported, $"{column.Type}");
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input, string outputName)
    {
        CheckType(input);
        var slots = _scalings[pair];
        if (((input.Type as VectorDataViewType)?.Size ?? 1) != slots.Length)
            throw Errors.TypeMismatch("inputSchema", "input", input.Name, $"{slots.Length} slots", $"{input.Type}");
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        var itemType = (PrimitiveDataViewType)input.Type.ItemType();
        return itemType.Equals(NumberDataViewType.Single)
            ? ItemMap.Create<float, float>(input, outputName, itemType, (i, value) => (float)slots[i].Apply(value), annotations.ToAnnotations())
            : ItemMap.Create<double, double>(input, outputName, itemType, (i, value) => slots[i].Apply(value), annotations.ToAnnotations());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        SaveColumns(ctx);
        foreach (var slots in _scalings)
        {
            ctx.Writer.Write(slots.Length);
            foreach (var slot in slots)
            {
                ctx.Writer.Write(slot.Offset);
                ctx.Writer.Write(slot.Scale);
                ctx.Writer.Write(slot.IsCdf);
            }
        }
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        {
            var columns = LoadColumns(ctx);
            return new NormalizingTransformer(env, columns, [.. columns.Select(_ => LoadSlots(ctx.Reader))]);
        }

        private static Scaling[] LoadSlots(BinaryReader reader)
        {
            var slots = new Scaling[reader.ReadInt32()];
            for (var i = 0; i < slots.Length; i++)
                slots[i] = new Scaling(reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean());
            return slots;
        }
    }
}

/// <summary>Gathers the statistics of a column's slots, row by row.</summary>
internal sealed class SlotCollector
{
    private SlotCollector(SlotStatistics[] slots, Action collect)
    {
        Slots = slots;
        Collect = collect;
    }

    public SlotStatistics[] Slots { get; }

    public Action Collect { get; }

    public static SlotCollector Create(DataViewRow row, DataViewSchema.Column column)
    {
        var slots = new SlotStatistics[(column.Type as VectorDataViewType)?.Size ?? 1];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = new SlotStatistics();
        if (column.Type is not VectorDataViewType vector)
        {
            var number = NumberReader.Create(row, column);
            return new SlotCollector(slots, () => slots[0].Add(number()));
        }

        return vector.ItemType.Equals(NumberDataViewType.Single)
            ? new SlotCollector(slots, OfVector<float>(row, column, slots, value => value))
            : new SlotCollector(slots, OfVector<double>(row, column, slots, value => value));
    }

    private static Action OfVector<T>(DataViewRow row, DataViewSchema.Column column, SlotStatistics[] slots, Func<T, double> convert)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            getter(ref vector);
            foreach (var (slot, value) in vector.Items(all: true))
                slots[slot].Add(convert(value));
        };
    }
}
