using System.Globalization;

namespace FewShotAccuracy.Reports;

public static class Durations
{
    /// <summary>For example "12.3 s" or "4 min 5 s".</summary>
    public static string Describe(TimeSpan time) => time.TotalMinutes >= 1
        ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
