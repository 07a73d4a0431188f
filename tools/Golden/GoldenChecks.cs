using System.Globalization;

namespace MLNet.SynthAugment.Golden;

/// <summary>
/// What a case has to work with: the device and precision for its models, and the comparisons it fills in.
/// </summary>
internal sealed class GoldenChecks(GoldenSetup setup)
{
    private const double ActivationTolerance = 1e-5;

    private readonly List<Comparison> _comparisons = [];

    /// <summary>Where models live.</summary>
    public Device Device => setup.Device;

    /// <summary>Type of the models.</summary>
    public ScalarType Dtype => setup.Dtype;

    /// <summary>The same, as the library names it.</summary>
    public Precision Precision => setup.Precision;

    /// <summary>All comparisons so far.</summary>
    public IReadOnlyList<Comparison> Comparisons => _comparisons;

    /// <summary>A tensor as input of a model: on its device, floating types in its precision.</summary>
    public Tensor Input(Tensor tensor) => tensor.is_floating_point() ? tensor.to(Dtype, Device) : tensor.to(Device);

    /// <summary>The same for one that may be absent.</summary>
    public Tensor? InputOrNull(Tensor? tensor) => tensor is null ? null : Input(tensor);

    /// <summary>
    /// Compares element by element; the difference is the largest absolute one, in half precision the root mean square
    /// (single elements stray far there, with right results too).
    /// </summary>
    /// <param name="what">Name of the value.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What was computed, on any device and in any type.</param>
    /// <param name="tolerance">Largest absolute difference allowed in float32.</param>
    public void Close(string what, Tensor expected, Tensor actual, double tolerance)
    {
        if (!expected.shape.SequenceEqual(actual.shape))
        {
            Fail(what, tolerance,
                $"shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
            return;
        }
        using var scope = NewDisposeScope();
        var reference = expected.detach().cpu().to(ScalarType.Float64);
        var difference = actual.detach().cpu().to(ScalarType.Float64) - reference;
        if (setup.Precision == Precision.Float32)
            Add(what, LargestAbsolute(difference), tolerance);
        else
            Add(what, RootMeanSquare(difference),
                Math.Max(tolerance, setup.RelativeTolerance * RootMeanSquare(reference)));
    }

    /// <summary>
    /// Compares what a model computes. Rounding grows with the values, and where they are small a wrong epsilon in a
    /// norm shows as little as 1e-5: so the tolerance is 1e-5 of the largest value expected (at least of 1), and never
    /// above the given one.
    /// </summary>
    public void CloseActivation(string what, Tensor expected, Tensor actual, double tolerance)
    {
        using var scope = NewDisposeScope();
        Close(what, expected, actual,
            Math.Min(tolerance, ActivationTolerance * Math.Max(
                1, LargestAbsolute(expected.detach().cpu().to(ScalarType.Float64)))));
    }

    /// <summary>As <see cref="Close"/>, with a tolerance in parts of the largest absolute value expected.</summary>
    public void CloseToLargest(
        string what, Tensor expected, Tensor actual, double relativeTolerance, double leastTolerance = 0)
    {
        using var scope = NewDisposeScope();
        Close(what, expected, actual,
            Math.Max(leastTolerance,
                relativeTolerance * LargestAbsolute(expected.detach().cpu().to(ScalarType.Float64))));
    }

    /// <summary>
    /// Compares the gradients of all parameters for which the file has a tensor <c>grad.NAME</c>, after the backward
    /// pass.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="golden">The file.</param>
    /// <param name="relativeTolerance">In parts of the largest absolute value of a gradient.</param>
    public void ParameterGradients(nn.Module module, GoldenTensors golden, double relativeTolerance)
    {
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (golden.Find("grad." + name) is { } expected)
                CloseToLargest("grad." + name, expected, parameter.grad ?? zeros_like(expected), relativeTolerance);
        }
    }

    /// <summary>Compares numbers relative to max(1, |expected|).</summary>
    public void CloseNumbers(
        string what, IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        if (expected.Count != actual.Count)
            Fail(what, tolerance, $"{actual.Count} values, expected {expected.Count}");
        else
            Add(what, expected.Zip(actual, (e, a) => Math.Abs(e - a) / Math.Max(1, Math.Abs(e))).Append(0).Max(),
                tolerance);
    }

    /// <summary>Compares one number; the difference is absolute.</summary>
    public void CloseNumber(string what, double expected, double actual, double tolerance) =>
        Add(what, Math.Abs(expected - actual), tolerance);

    /// <summary>Counts the places where two sequences differ; none may.</summary>
    public void Equal<T>(string what, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        if (expected.Count != actual.Count)
            Fail(what, 0, $"{actual.Count} values, expected {expected.Count}");
        else
            Add(what, expected.Zip(actual).Count(pair => !EqualityComparer<T>.Default.Equals(pair.First, pair.Second)),
                0);
    }

    /// <summary>Adds a failure that no number describes.</summary>
    public void Fail(string what, double tolerance, string note) =>
        _comparisons.Add(new Comparison(what, double.PositiveInfinity, tolerance, note));

    private void Add(string what, double difference, double tolerance) =>
        _comparisons.Add(new Comparison(
            what, double.IsNaN(difference) ? double.PositiveInfinity : difference, tolerance));

    private static double RootMeanSquare(Tensor values) => values.NumberOfElements == 0
        ? 0 : values.Squared().mean().sqrt().item<double>();

    private static double LargestAbsolute(Tensor values) => values.NumberOfElements == 0
        ? 0 : values.abs().max().item<double>();
}

/// <summary>What came out of a comparison with a reference value.</summary>
/// <param name="What">Name of the value, as in the golden file.</param>
/// <param name="Difference">The largest difference; infinite for NaN and for values of another shape.</param>
/// <param name="Tolerance">The largest difference allowed.</param>
/// <param name="Note">What else there is to say; null for nothing.</param>
internal sealed record Comparison(string What, double Difference, double Tolerance, string? Note = null)
{
    /// <summary>Whether the difference is within its tolerance.</summary>
    public bool Passed => Difference <= Tolerance;

    /// <summary>The difference in units of the tolerance.</summary>
    public double Ratio => Difference == 0 ? 0 : Difference / Tolerance;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{What} {Difference:0.0e+0} of {Tolerance:0.0e+0}{(Note is null ? "" : $" ({Note})")}");
}

/// <summary>Where and how the models compute while they are checked.</summary>
/// <param name="Device">Device of the models.</param>
/// <param name="Precision">Type of their weights and arithmetic.</param>
internal sealed record GoldenSetup(Device Device, Precision Precision)
{
    // Float16 rounds to 11 bits, bfloat16 to 8.
    private const double Float16Tolerance = 3e-2;
    private const double BFloat16Tolerance = 8 * Float16Tolerance;

    /// <summary>The torch type of <see cref="Precision"/>.</summary>
    public ScalarType Dtype => Precision.ToScalarType();

    /// <summary>
    /// The least tolerance in half precision, in parts of the values' root mean square; 0 in float32.
    /// </summary>
    public double RelativeTolerance => Precision switch
    {
        Precision.Float16 => Float16Tolerance,
        Precision.BFloat16 => BFloat16Tolerance,
        _ => 0,
    };
}
