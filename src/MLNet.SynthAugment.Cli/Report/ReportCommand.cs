using System.CommandLine;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Reports;

namespace MLNet.SynthAugment.Cli.Report;

/// <summary><c>synthaugment report</c>: the HTML report of a comparison that is done, again.</summary>
internal static class ReportCommand
{
    private static readonly Option<string> s_comparison = new("--comparison")
    { Description = "The folder that 'compare' wrote to, with comparison.json.", Required = true };
    private static readonly Option<string?> s_clip = new("--clip")
    {
        Description = "A Hugging Face folder of a CLIP model, which tells which shot an image is nearest to. "
            + "Without it: the comparison's."
    };
    private static readonly Option<string?> s_device = new("--device")
    { Description = "auto, cpu, cuda or cuda:N (auto)." };
    private static readonly Option<string?> s_out = new("--out")
    { Description = "The HTML file. Without it: report.html in the comparison's folder." };

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var command = new Command(
            "report", "Writes the HTML report of a comparison again: one file that needs no network.")
            { s_comparison, s_clip, s_device, s_out };
        command.SetAction((arguments, cancellation) =>
            Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(arguments.GetRequiredValue(s_comparison));
        var json = Path.Combine(folder, ReportRun.ResultFile);
        if (!File.Exists(json))
            throw new FileNotFoundException(
                $"'{folder}' holds no comparison: it has no {ReportRun.ResultFile}. 'synthaugment compare' writes it "
                    + "when it is done.");
        var clip = arguments.GetValue(s_clip) is { } model ? ImageTextModel.FromFolder(model) : null;
        var path = ReportRun.Write(
            ComparisonReport.Read(json), folder, clip, arguments.GetValue(s_device) ?? "auto", Console.WriteLine,
            cancellation, arguments.GetValue(s_out));
        Console.WriteLine($"The report is {path}.");
        return 0;
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
