using System.Globalization;

namespace FewShotAccuracy.Reports;

/// <summary>The names of what a run writes.</summary>
public static class OutputFiles
{
    public static string Results(string folder) => Path.Combine(folder, "results.json");

    public static string ContactSheet(string folder, int seed) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"contact-sheet-seed{seed}.png"));

    /// <param name="folder">The output folder.</param>
    /// <param name="kind">"synthetic" or "augmented".</param>
    /// <param name="seed">The seed.</param>
    public static string SeedFolder(string folder, string kind, int seed) =>
        Path.Combine(folder, kind, string.Create(CultureInfo.InvariantCulture, $"seed{seed}"));
}
