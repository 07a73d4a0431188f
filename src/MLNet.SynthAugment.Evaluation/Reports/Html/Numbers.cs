using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>Numbers as the report writes them: accuracies in per cent, differences in points.</summary>
internal static class Numbers
{
    public const string Nothing = "–";

    /// <summary>87.5 for 0.875.</summary>
    public static string PerCent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>+2.6 for 0.026.</summary>
    public static string Points(double difference) =>
        (100 * difference).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>2.6 for −0.026.</summary>
    public static string AbsolutePoints(double difference) => PerCent(Math.Abs(difference));

    /// <summary>87.5 ± 2.7.</summary>
    public static string Accuracy(MeanInterval? interval) => interval is null
        ? Nothing : PerCent(interval.Mean) + Half(interval.HalfWidth);

    /// <summary>+2.6 ± 1.8.</summary>
    public static string Difference(PairedDifference? difference) => difference is null
        ? Nothing : Points(difference.Mean) + Half(difference.HalfWidth);

    /// <summary>+0.8 to +4.4.</summary>
    public static string Ends(double mean, double half) => $"{Points(mean - half)} to {Points(mean + half)}";

    /// <summary>p = 0.012.</summary>
    public static string P(double p) => p < 0.001
        ? "p < 0.001" : string.Create(CultureInfo.InvariantCulture, $"p = {p:0.000}");

    /// <summary>1.2 s, 1 min 5 s, 2 h 3 min.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0#} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3600 => string.Create(
            CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):0} s"),
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds % 3600 / 60):0} min"),
    };

    /// <summary>1 seed, 2 seeds.</summary>
    public static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    private static string Half(double? halfWidth) => halfWidth is { } half ? $" ± {PerCent(half)}" : "";
}
