using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Trainers.Classifiers;

namespace MLNet.SynthAugment.Trainers.Training;

/// <summary>Reads the soft labels of a cursor's rows in the order of the classes.</summary>
internal static class SoftLabelReader
{
    private const double SumTolerance = 1e-3;

    /// <returns>A function that gives a distribution over the classes, or null where it is missing (NaN).</returns>
    /// <exception cref="ArgumentException">The column's slots are not the classes.</exception>
    public static Func<float[]?> Create(DataViewRow row, DataViewSchema.Column column, ClassKeys classes)
    {
        var slots = FindSlots(column, classes);
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return () =>
        {
            getter(ref buffer);
            var values = buffer.DenseValues().ToArray();
            if (values.Any(float.IsNaN))
                return null;
            var sum = values.Sum();
            if (values.Any(value => value < 0) || Math.Abs(sum - 1) > SumTolerance)
                throw new InvalidOperationException(
                    $"The soft label in column '{column.Name}' of row {row.Position} is no distribution: its values "
                        + $"must be at least 0 and have the sum 1, but the sum is {sum}.");
            var target = new float[classes.Count];
            for (var slot = 0; slot < values.Length; slot++)
                target[slots[slot]] += values[slot] / sum;
            return target;
        };
    }

    private static int[] FindSlots(DataViewSchema.Column column, ClassKeys classes)
    {
        var size = ((VectorDataViewType)column.Type).Size;
        if (TextAnnotation.Read(column, TextAnnotation.SlotNames) is { } names)
        {
            var slots = names.Select(name => classes.Names.ToList().IndexOf(name)).ToArray();
            return Array.IndexOf(slots, -1) is >= 0 and var unknown
                ? throw new ArgumentException(
                    $"The soft label column '{column.Name}' has a slot '{names[unknown]}', which is no class of the "
                        + $"label column. Its classes are: "
                        + $"{string.Join(", ", classes.Names.Select(name => $"'{name}'"))}.")
                : slots;
        }
        return size == classes.Count
            ? [.. Enumerable.Range(0, size)]
            : throw new ArgumentException(
                $"The soft label column '{column.Name}' has {size} slots without names, but there are "
                    + $"{classes.Count} classes.");
    }
}
