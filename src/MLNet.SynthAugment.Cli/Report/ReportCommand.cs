using MLNet.SynthAugment.Cli.Hosting;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Reports;

namespace MLNet.SynthAugment.Cli.Report;

/// <summary><c>synthaugment report</c>: the HTML report of a comparison that is done, again.</summary>
internal static class ReportCommand
{
    private sealed record Settings
    {
        public required string Comparison { get; init; }

        public string? Clip { get; init; }

        public string Device { get; init; } = "auto";

        public string? Out { get; init; }
    }

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command("report",
            "Writes the HTML report of a comparison again: one file that needs no network.");
        var settings = new CommandSettings<Settings>(command);
        settings.AddPath("--comparison", given => given.Comparison,
            "The folder that 'compare' wrote to, with comparison.json.");
        settings.AddPath("--clip", given => given.Clip,
            "A Hugging Face folder of a CLIP model, which tells which shot an image is nearest to. Without it: the "
                + "comparison's.");
        settings.AddDevice(given => given.Device);
        settings.Add("--out", given => given.Out,
            "The HTML file. Without it: report.html in the comparison's folder.");
        settings.Run(Run);
        return command;
    }

    private static int Run(Settings settings, CancellationToken cancellationToken)
    {
        var json = Path.Combine(settings.Comparison, ReportRun.ResultFile);
        if (!File.Exists(json))
        {
            throw new FileNotFoundException(
                $"'{settings.Comparison}' holds no comparison: it has no {ReportRun.ResultFile}. 'synthaugment "
                    + "compare' writes it when it is done.");
        }
        var path = ReportRun.Write(
            ComparisonReport.Read(json), settings.Comparison,
            settings.Clip is { } model ? ImageTextModel.FromFolder(model) : null, settings.Device, Console.WriteLine,
            cancellationToken, settings.Out);
        Console.WriteLine($"The report is {path}.");
        return ExitCode.Done;
    }
}

/// <summary>Writes the HTML report of a comparison.</summary>
internal static class ReportRun
{
    /// <summary>The file with all numbers.</summary>
    public const string ResultFile = "comparison.json";

    /// <param name="report">The results.</param>
    /// <param name="folder">The comparison's folder.</param>
    /// <param name="clip">The CLIP model to measure by; null for the comparison's.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="log">Receives sentences on the progress.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="path">The file; null for the usual one in the folder.</param>
    /// <returns>The file.</returns>
    public static string Write(
        ComparisonReport report, string folder, ImageTextModel? clip, string device, Action<string> log,
        CancellationToken cancellationToken, string? path = null)
    {
        path ??= Path.Combine(folder, HtmlReport.FileName);
        HtmlReport.Write(path, report, new HtmlReportOptions
        { Folder = folder, Clip = clip, Device = device, Log = log }, cancellationToken);
        return path;
    }
}
