using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Reports;

namespace MLNet.SynthAugment.Cli.Report;

/// <summary>Writes the HTML report of a comparison.</summary>
internal static class ReportRun
{
    /// <summary>The file with all numbers.</summary>
    public const string ResultFile = "comparison.json";

    /// <param name="report">The results.</param>
    /// <param name="folder">The comparison's folder.</param>
    /// <param name="clip">The CLIP model to measure by; null for the comparison's.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="log">Takes sentences on the progress.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <param name="path">The file; null for the usual one in the folder.</param>
    /// <returns>The file.</returns>
    public static string Write(
        ComparisonReport report, string folder, ImageTextModel? clip, string device, Action<string> log,
        CancellationToken cancellation, string? path = null)
    {
        path ??= Path.Combine(folder, HtmlReport.FileName);
        HtmlReport.Write(path, report, new HtmlReportOptions
        { Folder = folder, Clip = clip, Device = device, Log = log }, cancellation);
        return path;
    }
}
