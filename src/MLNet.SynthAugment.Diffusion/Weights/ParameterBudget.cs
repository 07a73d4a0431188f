namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// Keeps a config from making gigabytes of parameters, or millions of them, for a weight file that holds few: names and
/// shapes can only be compared when the module is built, and configs come from anywhere. Where config and file differ
/// by less than that, the comparison gives the better error.
/// </summary>
internal sealed class ParameterBudget : IDisposable
{
    private const long SpareElements = 1 << 24;
    private const long SpareTensors = 2000;

    [ThreadStatic]
    private static ParameterBudget? s_current;

    private readonly ParameterBudget? _outer = s_current;
    private readonly WeightFiles _weights;
    private double _elementsLeft;
    private long _tensorsLeft;

    private ParameterBudget(WeightFiles weights)
    {
        _weights = weights;
        _elementsLeft = 2.0 * weights.ElementCount + SpareElements;
        _tensorsLeft = 2L * weights.Names.Count + SpareTensors;
    }

    /// <summary>Limits the modules that this thread builds, until it is disposed.</summary>
    internal static ParameterBudget For(WeightFiles weights) => s_current = new ParameterBudget(weights);

    /// <summary>Asks for a parameter, before it is made.</summary>
    /// <exception cref="ModelFolderException">The module is far larger than its weights.</exception>
    internal static void Take(IEnumerable<long> shape)
    {
        if (s_current is not { } budget)
            return;
        // In floating point, where a product of sizes cannot overflow.
        budget._elementsLeft -= shape.Aggregate(1.0, (product, size) => product * size);
        if (budget._elementsLeft < 0 || --budget._tensorsLeft < 0)
            throw new ModelFolderException(
                $"{string.Join(", ", budget._weights.Paths)}: the config describes a model far larger than these "
                    + "weights, "
                + $"which are {budget._weights.Names.Count} tensors of {budget._weights.ElementCount} values in all; "
                + "the two do not belong together.");
    }

    /// <summary>Lifts the limit.</summary>
    public void Dispose() => s_current = _outer;
}
