using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Cli.Report;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>
/// One run: compares, and writes <c>comparison.json</c>, <c>comparison.csv</c> and the table for people.
/// </summary>
/// <param name="settings">What is compared.</param>
/// <param name="log">Receives sentences on the progress.</param>
/// <param name="output">Receives the table.</param>
internal sealed class CompareRun(CompareSettings settings, Action<string> log, TextWriter output)
{
    /// <returns>The results.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; what was finished is kept.</exception>
    /// <exception cref="IOException">Another run writes to the same folder.</exception>
    public ComparisonReport Run(CancellationToken cancellationToken)
    {
        var options = settings.ToOptions();
        Directory.CreateDirectory(settings.Out);
        // Two runs of the same command would train everything twice.
        using var _ = FileLock.TryTake(Path.Combine(settings.Out, ".lock"))
            ?? throw new IOException(
                $"Another run writes to '{settings.Out}'. Wait for it, or choose another --out.");
        SettingsFile.Write(settings.Out, settings);
        var report = new FewShotComparison(options, log, sentence => log($"Warning: {sentence}"))
            .Run(cancellationToken);
        var (json, csv) = (Path.Combine(settings.Out, ReportRun.ResultFile),
            Path.Combine(settings.Out, "comparison.csv"));
        report.Write(json);
        ComparisonTable.Write(csv, report);
        CompareTable.Write(report, output);
        var page = ReportRun.Write(report, settings.Out, options.Clip, settings.Device, log, cancellationToken);
        output.WriteLine($"{page} shows the results; all numbers are in {json} and {csv}; settings.json starts the "
            + "run again.");
        return report;
    }
}
