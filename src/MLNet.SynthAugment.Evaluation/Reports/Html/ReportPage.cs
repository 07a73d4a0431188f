using System.Security.Cryptography;
using System.Text;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The page as a whole.</summary>
/// <param name="report">The results.</param>
/// <param name="options">Pictures and limits.</param>
internal sealed class ReportPage(ComparisonReport report, HtmlReportOptions options)
{
    public string Render(CancellationToken cancellation)
    {
        var shots = report.Summaries.Select(summary => summary.Shots).Distinct().Order().ToList();
        var focuses = shots.ConvertAll(count => ArmFocus.Of(report, count));
        var charts = new ChartData();
        Markup[] sections =
        [
            focuses.Count == 0 ? Markup.Of(
                $"<p class=\"note\">The comparison has no results.</p>")
                : HeadlineSection.Render(focuses.ConvertAll(focus => Headline.Of(report, focus))),
            CurveSection.Render(report, shots, charts),
            ArmSection.Render(report),
            ClassSection.Render(report, focuses, charts),
            new ImageSection(report, options).Render(cancellation),
            CostSection.Render(report),
            LimitSection.Render(report),
            SettingsSection.Render(report),
        ];
        return Page(Markup.Join(sections), charts).ToString();
    }

    private Markup Page(Markup content, ChartData charts)
    {
        var images = report.Settings["Images"]?.ToString() ?? "images";
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(images.Replace('\\', '/')));
        string[] scripts = ReportResources.ChartLibrary is { } library ? [library, ReportResources.Script] : [];
        return Markup.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy(scripts)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Do synthetic images help? {name}</title>
            <style>{Markup.Trusted(ReportResources.Style)}</style>
            </head>
            <body>
            <header><p class="product">MLNet.SynthAugment · comparison</p>
            <h1>Do synthetic images help?</h1>
            <p>{name} · {Numbers.Count(report.Classes.Count, "class", "classes")} · classifier {report.Settings["Trainer"]?.ToString() ?? "unknown"} · {Numbers.Count(report.TestImages, "test image", "test images")} · {Numbers.Count(report.Runs.Select(run => run.Seed).Distinct().Count(), "seed", "seeds")} · {report.Finished:yyyy-MM-dd}</p>
            </header>
            <main>
            {(scripts.Length == 0 ? Markup.Of($"<p class=\"note\">Charts need a build with npm; this one had none. All numbers are in the tables.</p>") : Markup.Of($"<noscript><p class=\"note\">Charts need JavaScript. All numbers are in the tables.</p></noscript>"))}
            {content}
            </main>
            {(scripts.Length == 0 ? Markup.Empty : charts.ToScript())}
            {Markup.Join(scripts.Select(script => Markup.Trusted($"<script>{script}</script>")))}
            </body>
            </html>
            """);
    }

    // Nothing may be loaded, and only these very scripts may run: a text that got into the page as markup could do
    // nothing.
    private static string Policy(IReadOnlyList<string> scripts)
    {
        var allowed = scripts.Count == 0
            ? "'none'" : string.Join(
                ' ', scripts.Select(script =>
                $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'"));
        return $"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; form-action 'none'";
    }
}
