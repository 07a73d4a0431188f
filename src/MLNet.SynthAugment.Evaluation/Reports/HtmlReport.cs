using System.Text;
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
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(
        string path, ComparisonReport report, HtmlReportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Render(report, options, cancellationToken)));
    }

    /// <summary>The report as text.</summary>
    /// <inheritdoc cref="Write"/>
    /// <returns>A whole HTML page. Stores that are gone or damaged leave a sentence where their pictures would
    /// be.</returns>
    public static string Render(
        ComparisonReport report, HtmlReportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        options ??= new HtmlReportOptions();
        options.Validate();
        return ReportPage.Render(new ReportModel(report, options), cancellationToken);
    }
}

/// <summary>Where the pictures of an <see cref="HtmlReport"/> come from, and how many there are.</summary>
public sealed record HtmlReportOptions
{
    /// <summary>
    /// The comparison's folder: stores that are not where they were made are looked for in its <c>store</c> folder.
    /// Null for none.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Whether there are contact sheets and nearest shots.</summary>
    public bool ShowImages { get; init; } = true;

    /// <summary>
    /// The CLIP model that tells which shot an image is nearest to; null for that of the comparison, or else the
    /// embedded one.
    /// </summary>
    public ImageTextModel? Clip { get; init; }

    /// <summary>Where the CLIP model runs: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Classes on the contact sheet of a method, at least 1. Of more, every second or third … is shown.
    /// </summary>
    public int MaxClasses { get; init; } = 12;

    /// <summary>
    /// Bytes of all pictures together, at least 0; what would be more is left out, and the report says so.
    /// </summary>
    public int MaxPictureBytes { get; init; } = 6 << 20;

    /// <summary>Receives sentences on the progress.</summary>
    public Action<string>? Log { get; init; }

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxClasses, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxPictureBytes);
    }
}
