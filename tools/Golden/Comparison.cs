using System.Globalization;

namespace MLNet.SynthAugment.Golden;

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
