using MathNet.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>What is gathered of one slot to normalise it.</summary>
internal sealed class SlotStatistics
{
    public double Minimum { get; private set; } = double.PositiveInfinity;

    public double Maximum { get; private set; } = double.NegativeInfinity;

    public double Mean { get; private set; }

    public double MeanSquare { get; private set; }

    public long Count { get; private set; }

    public void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        Count++;
        Minimum = Math.Min(Minimum, value);
        Maximum = Math.Max(Maximum, value);
        Mean += (value - Mean) / Count;
        MeanSquare += (value * value - MeanSquare) / Count;
    }
}

/// <summary>Normalises one slot: (x − Offset)·Scale, then for Cdf the standard normal distribution function of it.</summary>
internal readonly record struct Scaling(double Offset, double Scale, bool IsCdf)
{
    // With zero fixed, zeros stay zeros, so sparse data stays sparse: only the scale is free.
    public static Scaling MinMax(SlotStatistics slot, bool fixZero) => fixZero
        ? new(0, Inverse(Math.Max(Math.Abs(slot.Minimum), Math.Abs(slot.Maximum))), IsCdf: false)
        : new(slot.Minimum, Inverse(slot.Maximum - slot.Minimum), IsCdf: false);

    public static Scaling MeanVariance(SlotStatistics slot, bool fixZero) => fixZero
        ? new(0, Inverse(Math.Sqrt(slot.MeanSquare)), IsCdf: false)
        : new(slot.Mean, Inverse(StandardDeviation(slot)), IsCdf: false);

    public static Scaling Cdf(SlotStatistics slot) => new(slot.Mean, Inverse(StandardDeviation(slot)), IsCdf: true);

    public double Apply(double value)
    {
        var scaled = (value - Offset) * Scale;
        return IsCdf ? 0.5 * (1 + SpecialFunctions.Erf(scaled / Constants.Sqrt2)) : scaled;
    }

    private static double StandardDeviation(SlotStatistics slot) => Math.Sqrt(Math.Max(0, slot.MeanSquare - slot.Mean * slot.Mean));

    // A slot that never changes says nothing: it becomes constant 0.
    private static double Inverse(double range) => range > 0 && double.IsFinite(range) ? 1 / range : 0;
}
