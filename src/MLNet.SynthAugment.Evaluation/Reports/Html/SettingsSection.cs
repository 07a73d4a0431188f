using System.Globalization;
using System.Text.Json;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>All that the results depend on.</summary>
internal static class SettingsSection
{
    public static Markup Render(ComparisonReport report)
    {
        var versions = new Table("Versions", [new("part", IsNumber: false), new("version", IsNumber: false)]);
        foreach (var (name, version) in report.Versions)
            versions.Add([Markup.Text(name), Markup.Text(version)]);
        return Markup.Of($"""
            <section id="settings"><h2>Settings and versions</h2>
            <p>Finished {report.Finished.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC after {Numbers.Duration(report.Seconds)} of wall time (of the last part, if it was interrupted).</p>
            <details><summary>All settings</summary><pre>{JsonSerializer.Serialize(report.Settings, ComparisonJson.Format)}</pre></details>
            <details><summary>Versions and machine</summary>{versions.ToMarkup()}</details>
            {(ReportResources.ChartLicences.Length == 0 ? Markup.Empty : Markup.Of($"<details><summary>Licences of the charting library (Apache ECharts) in this file</summary><pre>{ReportResources.ChartLicences}</pre></details>"))}
            </section>
            """);
    }
}
