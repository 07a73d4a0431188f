using System.Text;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

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
