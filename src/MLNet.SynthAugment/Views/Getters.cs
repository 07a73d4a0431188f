using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>Helpers around ML.NET's value getters.</summary>
internal static class Getters
{
    /// <summary>The getter as the type a consumer asked for.</summary>
    /// <exception cref="InvalidOperationException">The column holds values of another type.</exception>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, string column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column}' does not hold values of type {typeof(TValue)}.");

    /// <summary>A getter of an input's column; images that it gives are the reader's own.</summary>
    public static ValueGetter<TValue> OfInput<TValue>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        return (Delegate)getter is ValueGetter<MLImage> images
            ? Cast<TValue>(OwnedImages.Create(images), column.Name) : getter;
    }

    /// <summary>Whether each column of a schema is among those needed, by index.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed)
    {
        var active = new bool[schema.Count];
        foreach (var column in needed)
            active[column.Index] = true;
        return active;
    }

    /// <exception cref="InvalidOperationException">The column was not asked for when the cursor was opened.</exception>
    public static void CheckActive(bool[] active, DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
            throw new InvalidOperationException(
                $"Column '{column.Name}' is not among the columns the cursor was opened for.");
    }
}
