using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <inheritdoc cref="Transforms.ColumnConcatenatingEstimator"/>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string output, string[] inputs)
        : base(env.Register("Concat"))
    {
        _output = output;
        _inputs = inputs;
    }

    private protected override IEnumerable<ColumnMap> MapColumns(DataViewSchema input)
    {
        var columns = _inputs.Select(name => input.Require(name)).ToArray();
        var itemType = columns[0].Type.ItemType();
        foreach (var column in columns)
        {
            if (!column.Type.ItemType().Equals(itemType))
                throw Errors.TypeMismatch("inputSchema", "input", column.Name, $"{itemType}", $"{column.Type}");
        }

        var known = Array.TrueForAll(columns, column => column.Type is not VectorDataViewType vector || vector.IsKnownSize);
        var size = known ? columns.Sum(column => (column.Type as VectorDataViewType)?.Size ?? 1) : 0;
        var output = new DataViewSchema.DetachedColumn(_output, new VectorDataViewType((PrimitiveDataViewType)itemType, size), Annotate(columns, known));
        var makeGetter = Generic.Method(typeof(ColumnConcatenatingTransformer), nameof(MakeGetter), itemType.RawType);
        yield return new ColumnMap(output, [.. columns.Select(column => column.Index)], (row, _) => makeGetter.Call<Delegate>(row, columns));
    }

    // A scalar's slot is named after its column; without any name there is no annotation.
    private static DataViewSchema.Annotations Annotate(DataViewSchema.Column[] columns, bool known)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (Array.TrueForAll(columns, SchemaAnnotationsExtensions.IsNormalized))
            builder.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (known && Array.Exists(columns, column => column.Type is not VectorDataViewType || column.HasSlotNames()))
            builder.AddSlotNames(columns.SelectMany(SlotNames));
        return builder.ToAnnotations();
    }

    private static IEnumerable<string> SlotNames(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name];
        if (!column.HasSlotNames())
            return Enumerable.Repeat("", vector.Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.DenseValues().Select(name => $"{column.Name}.{name}");
    }

    private static ValueGetter<VBuffer<T>> MakeGetter<T>(DataViewRow row, DataViewSchema.Column[] columns)
    {
        var parts = columns.Select(column => Part<T>(row, row.Schema[column.Index])).ToArray();
        return (ref VBuffer<T> destination) =>
        {
            var vectors = Array.ConvertAll(parts, part => part());
            var editor = VBufferEditor.Create(ref destination, vectors.Sum(vector => vector.Length));
            var offset = 0;
            foreach (var vector in vectors)
            {
                vector.CopyTo(editor.Values, offset);
                offset += vector.Length;
            }

            destination = editor.Commit();
        };
    }

    private static Func<VBuffer<T>> Part<T>(DataViewRow row, DataViewSchema.Column column)
    {
        VBuffer<T> vector = default;
        if (column.Type is VectorDataViewType)
        {
            var getter = row.GetGetter<VBuffer<T>>(column);
            return () =>
            {
                getter(ref vector);
                return vector;
            };
        }

        var scalarGetter = row.GetGetter<T>(column);
        var values = new T[1];
        return () =>
        {
            scalarGetter(ref values[0]);
            return new VBuffer<T>(1, values);
        };
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<Loader>();
        ctx.Writer.Write(_output);
        ctx.Writer.Write(_inputs.Length);
        foreach (var input in _inputs)
            ctx.Writer.Write(input);
    }

    internal sealed class Loader : IModelLoader
    {
        public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        {
            var output = ctx.Reader.ReadString();
            var inputs = new string[ctx.Reader.ReadInt32()];
            for (var i = 0; i < inputs.Length; i++)
                inputs[i] = ctx.Reader.ReadString();
            return new ColumnConcatenatingTransformer(env, output, inputs);
        }
    }
}
