using System.Text;
using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Reports.Html;

namespace MLNet.SynthAugment.Evaluation.Reports;

/// <summary>
/// A comparison as one HTML file that needs nothing else: no network, no other file. It says what the chosen synthetic
/// images add to real ones with classic augmentation, draws accuracies over shots and amounts, and shows synthetic
/// images beside the real ones they were made from.
/// </summary>
public static class HtmlReport
{
    /// <summary>The file's name in a comparison's folder.</summary>
    public const string FileName = "report.html";

    /// <summary>Writes the report: whole, or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The results.</param>
    /// <param name="options">Where pictures come from, and limits; null for the defaults.</param>
    /// <param name="cancellation">Stops the work; nothing is written then.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(
        string path, ComparisonReport report, HtmlReportOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Render(report, options, cancellation)));
    }

    /// <summary>The report as text.</summary>
    /// <inheritdoc cref="Write"/>
    /// <returns>A whole HTML page. Stores that are gone or damaged leave a sentence where their pictures would
    /// be.</returns>
    public static string Render(
        ComparisonReport report, HtmlReportOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        options ??= new HtmlReportOptions();
        options.Check();
        return new ReportPage(report, options).Render(cancellation);
    }
}
