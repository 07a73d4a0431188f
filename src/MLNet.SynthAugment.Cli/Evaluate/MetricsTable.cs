using System.Globalization;
using MLNet.SynthAugment.Evaluation;
using Spectre.Console;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary>The measures as a table for people.</summary>
internal static class MetricsTable
{
    private const string Less = "less is better";
    private const string More = "more is better";
    private const string Nothing = "–";

    public static void Write(SyntheticImageMetrics metrics, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var table = new Table();
        table.AddColumns(new TableColumn("measure"), new TableColumn("synthetic").RightAligned(),
            new TableColumn("real").RightAligned(), new TableColumn(""));
        table.AddRow("images", $"{metrics.SyntheticCount}", $"{metrics.RealCount}", "");
        table.AddRow("FID", Number(metrics.Fid), "", Less);
        table.AddRow("KID", Estimate(metrics.Kid), "", Less);
        table.AddRow("CMMD", Estimate(metrics.Cmmd), "", Less);
        table.AddRow("precision", Number(metrics.Prdc?.Precision), "", More);
        table.AddRow("recall", Number(metrics.Prdc?.Recall), "", More);
        table.AddRow("density", Number(metrics.Prdc?.Density), "", More);
        table.AddRow("coverage", Number(metrics.Prdc?.Coverage), "", More);
        table.AddRow("CLIP score", Number(metrics.ClipScore), Number(metrics.RealClipScore), More);
        table.AddRow("taken for their class", Share(metrics.ClassCorrectness?.Share),
            Share(metrics.RealClassCorrectness?.Share), More);
        table.AddRow("near copies", Share(metrics.NearCopies?.Rate), "", Less);
        table.AddRow("distance from nearest real", Number(metrics.NearCopies?.MedianDistance),
            Number(metrics.NearCopies?.MedianRealDistance), "median");
        table.AddRow("diversity within classes", Number(metrics.Diversity), Number(metrics.RealDiversity),
            "as of the real");
        console.Write(table);
        foreach (var (measure, reason) in metrics.Unmeasured)
            output.WriteLine($"No {measure}: {reason}");
    }

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? Nothing;

    private static string Share(double? value) => value?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? Nothing;

    // KID is of any order of magnitude, so digits are counted from the first that is not 0.
    private static string Estimate(MmdEstimate? estimate) => estimate is null
        ? Nothing : string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:G3} ± {estimate.StandardError:G2}");
}
