using System.Globalization;
using System.Reflection;

namespace MLNet.SynthAugment.Trainers.Classifiers;

/// <summary>
/// The classes of a key column: their number, their names, and the key values that predictions are mapped back to.
/// </summary>
/// <param name="Names">A text for each key, in order: its key value, or its number from 1 on where there are
/// none.</param>
/// <param name="ValueType">The type of the key values; null if there are none.</param>
/// <param name="Values">The key values; null if there are none.</param>
internal sealed record ClassKeys(IReadOnlyList<string> Names, DataViewType? ValueType, IReadOnlyList<object>? Values)
{
    private static readonly MethodInfo s_read =
        typeof(ClassKeys).GetMethod(nameof(ReadValues), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo s_write =
        typeof(ClassKeys).GetMethod(nameof(CreateAnnotations), BindingFlags.NonPublic | BindingFlags.Static)!;

    public int Count => Names.Count;

    /// <summary>
    /// The key values as the annotation of a key column, which <c>MapKeyToValue</c> reads; null if there are none.
    /// </summary>
    public DataViewSchema.Annotations? KeyValueAnnotations => ValueType is null
        ? null
        : (DataViewSchema.Annotations)s_write.MakeGenericMethod(ValueType.RawType).Invoke(null, [ValueType, Values])!;

    /// <summary>Keys whose values are texts.</summary>
    public static ClassKeys OfTexts(IReadOnlyList<string> labels) =>
        new(labels, TextDataViewType.Instance, [.. labels.Select(label => (object)label.AsMemory())]);

    /// <exception cref="ArgumentException">The column is no key, or its number of keys is not known.</exception>
    public static ClassKeys Of(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType key)
            throw new ArgumentException(
                $"Label column '{column.Name}' is of type {column.Type}; it must be a key: map it with "
                    + "Conversion.MapValueToKey first.");
        var count = (int)Math.Min(key.Count, int.MaxValue);
        var numbers = Enumerable.Range(1, count).Select(number => number.ToString(CultureInfo.InvariantCulture));
        if (column.Annotations.Schema.GetColumnOrNull(
            TextAnnotation.KeyValues)?.Type is not VectorDataViewType { ItemType: PrimitiveDataViewType type } vector
            || vector.Size != count)
            return new ClassKeys([.. numbers], null, null);
        var values = (object[])s_read.MakeGenericMethod(type.RawType).Invoke(null, [column])!;
        return new ClassKeys(KeyValues.Read(column) ?? [.. numbers], type, values);
    }

    /// <summary>Which key each key of another column is; −1 for those that are not among these.</summary>
    public int[] IndicesOf(ClassKeys other) => other.Names.SequenceEqual(Names)
        ? [.. Enumerable.Range(0, Count)]
        : [.. other.Names.Select(name => Names.ToList().IndexOf(name))];

    private static object[] ReadValues<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(TextAnnotation.KeyValues, ref values);
        // The buffer of a text may be reused.
        return [.. values.DenseValues()
            .Select(value => value is ReadOnlyMemory<char> text ? text.ToString().AsMemory() : (object)value!)];
    }

    private static DataViewSchema.Annotations CreateAnnotations<T>(
        PrimitiveDataViewType type, IReadOnlyList<object> values)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(TextAnnotation.KeyValues, new VectorDataViewType(type, values.Count), (ref VBuffer<T> value) =>
        {
            var editor = VBufferEditor.Create(ref value, values.Count);
            for (var i = 0; i < values.Count; i++)
                editor.Values[i] = (T)values[i];
            value = editor.Commit();
        });
        return builder.ToAnnotations();
    }
}
