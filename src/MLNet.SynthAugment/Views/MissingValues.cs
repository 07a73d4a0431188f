namespace MLNet.SynthAugment.Views;

/// <summary>Getters of a type's missing value, or of its default where it has none.</summary>
internal static class MissingValues
{
    public static Delegate CreateGetter<TValue>(DataViewType type) => type switch
    {
        VectorDataViewType vector => CreateVectorGetter(vector),
        NumberDataViewType when typeof(TValue) == typeof(float) =>
            (ValueGetter<float>)((ref float value) => value = float.NaN),
        NumberDataViewType when typeof(TValue) == typeof(double) =>
            (ValueGetter<double>)((ref double value) => value = double.NaN),
        _ => (ValueGetter<TValue>)((ref TValue value) =>
        {
            // Among others an image, which the incoming value's owner expects to be disposed.
            (value as IDisposable)?.Dispose();
            value = default!;
        }),
    };

    private static Delegate CreateVectorGetter(VectorDataViewType type)
    {
        if (type.ItemType == NumberDataViewType.Single)
            return Filled(type.Size, float.NaN);
        if (type.ItemType == NumberDataViewType.Double)
            return Filled(type.Size, double.NaN);
        var create = typeof(MissingValues).GetMethod(
            nameof(Empty), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;
        return (Delegate)create.MakeGenericMethod(type.ItemType.RawType).Invoke(null, [type.Size])!;
    }

    private static ValueGetter<VBuffer<T>> Filled<T>(int size, T item) => (ref VBuffer<T> value) =>
    {
        var editor = VBufferEditor.Create(ref value, size);
        editor.Values.Fill(item);
        value = editor.Commit();
    };

    // A sparse vector without entries: every item has its type's default.
    private static ValueGetter<VBuffer<T>> Empty<T>(int size) =>
        (ref VBuffer<T> value) => value = VBufferEditor.Create(ref value, size, 0).Commit();
}
