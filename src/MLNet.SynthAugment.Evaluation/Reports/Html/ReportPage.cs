using System.Security.Cryptography;
using System.Text;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The page as a whole.</summary>
internal static class ReportPage
{
    public static string Render(ReportModel model, CancellationToken cancellationToken)
    {
        Markup[] sections =
        [
            HeadlineSection.Render(model),
            CurveSection.Render(model),
            ArmSection.Render(model),
            ClassSection.Render(model),
            new ImageSection(model).Render(cancellationToken),
            CostSection.Render(model),
            LimitSection.Render(model),
            SettingsSection.Render(model.Report),
        ];
        return Page(model, Markup.Join(sections)).ToString();
    }

    private static Markup Page(ReportModel model, Markup content)
    {
        var (report, name) = (model.Report, model.SetName);
        string[] scripts = ReportResources.ChartLibrary is { } library ? [library, ReportResources.Script] : [];
        var note = scripts.Length == 0
            ? Markup.Note("Charts need a build with npm; this one had none. All numbers are in the tables.")
            : Markup.Of($"""
                <noscript>
                {Markup.Note("Charts need JavaScript. All numbers are in the tables.")}
                </noscript>
                """);
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
            <header>
            <p class="product">MLNet.SynthAugment · comparison</p>
            <h1>Do synthetic images help?</h1>
            <p>{name} ·
            {Numbers.Count(report.Classes.Count, "class", "classes")} ·
            classifier {report.Settings.Trainer} ·
            {Numbers.Count(report.TestImages, "test image", "test images")} ·
            {Numbers.Count(model.SeedCount, "seed", "seeds")} ·
            {report.Finished:yyyy-MM-dd}</p>
            </header>
            <main>
            {note}
            {content}
            </main>
            {(scripts.Length == 0 ? Markup.Empty : model.Charts.ToScript())}
            {Markup.Join(scripts.Select(script => Markup.Trusted($"<script>{script}</script>")))}
            </body>
            </html>
            """);
    }

    // Nothing may be loaded, and only these very scripts may run: a text that got into the page as markup could do
    // nothing.
    private static string Policy(IReadOnlyList<string> scripts)
    {
        var hashes = scripts.Select(script =>
            $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'");
        var allowed = scripts.Count == 0 ? "'none'" : string.Join(' ', hashes);
        return $"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; "
            + "form-action 'none'";
    }
}

/// <summary>All that the results depend on.</summary>
internal static class SettingsSection
{
    public static Markup Render(ComparisonReport report)
    {
        var versions = new Table("Versions", [new("part", IsNumber: false), new("version", IsNumber: false)]);
        foreach (var (name, version) in report.Versions)
            versions.Add([Markup.Text(name), Markup.Text(version)]);
        var licences = ReportResources.ChartLicences.Length == 0 ? Markup.Empty : Markup.Of($"""
            <details>
            <summary>Licences of the charting library (Apache ECharts) in this file</summary>
            <pre>{ReportResources.ChartLicences}</pre>
            </details>
            """);
        return Markup.Of($"""
            <section id="settings">
            <h2>Settings and versions</h2>
            <p>Finished {report.Finished:yyyy-MM-dd HH:mm} UTC after {Numbers.Duration(report.Seconds)} of wall time
            (of the last part, if it was interrupted).</p>
            <details>
            <summary>All settings</summary>
            <pre>{JsonSerializer.Serialize(report.Settings, ComparisonJson.Format)}</pre>
            </details>
            <details>
            <summary>Versions and machine</summary>
            {versions.ToMarkup()}
            </details>
            {licences}
            </section>
            """);
    }
}

/// <summary>Style sheet, scripts and licences that are embedded in this assembly.</summary>
internal static class ReportResources
{
    /// <summary>The report's style sheet.</summary>
    public static string Style { get; } = Read("report.css")!;

    /// <summary>The report's own script, which draws the charts.</summary>
    public static string Script { get; } = Read("report.js")!;

    /// <summary>The charting library; null in a build without npm.</summary>
    // The end of a script element must not stand in it, in a text either.
    public static string? ChartLibrary { get; } =
        Read("report.echarts.min.js")?.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

    /// <summary>The licences and notices of the charting library and of what is in it.</summary>
    public static string ChartLicences { get; } =
        string.Join("\n\n", Enumerable.Range(1, 5).Select(number => Read($"report.licence.{number}")?.Trim())
        .OfType<string>());

    private static string? Read(string name)
    {
        using var stream = typeof(ReportResources).Assembly.GetManifestResourceStream(name);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // A browser counts lines so when it checks the hash of a script.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
