using System.Globalization;

namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>Sizes as people read them.</summary>
internal static class Sizes
{
    /// <summary>For example "12.3 MB".</summary>
    public static string OfBytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.##} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.##} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    /// <summary>A whole number with thousands set apart.</summary>
    public static string OfCount(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
