using System.Globalization;
using MLNet.SynthAugment.Evaluation;
using Spectre.Console;

namespace MLNet.SynthAugment.Cli.Evaluate;

/// <summary>The metrics as a table for people.</summary>
internal static class MetricsTable
{
    private const string Nothing = "–";

    public static void Write(SyntheticImageMetrics metrics, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var table = new Table();
        table.AddColumns(new TableColumn("metric"), new TableColumn("synthetic").RightAligned(),
            new TableColumn("real").RightAligned(), new TableColumn(""));
        table.AddRow("images", $"{metrics.SyntheticCount}", $"{metrics.RealCount}", "");
        foreach (var metric in SyntheticImageMetrics.All)
        {
            var result = metrics.Find<object>(metric.Name);
            var real = metrics.Find<object>("Real" + metric.Name);
            var hasReal = metrics.Results.ContainsKey("Real" + metric.Name);
            foreach (var number in metric.Numbers)
            {
                var realCell = number.ReadReal switch
                {
                    { } read => Cell(number with { Read = read }, result),
                    null => hasReal ? Cell(number, real) : "",
                };
                table.AddRow(number.Label, Cell(number, result), realCell, Words(number));
            }
        }
        console.Write(table);
        foreach (var (metric, reason) in metrics.Unmeasured)
            output.WriteLine($"No {metric}: {reason}");
    }

    private static string Cell(MetricNumber number, object? result)
    {
        if (result is null)
            return Nothing;
        var value = number.Read(result);
        // KID is of any order of magnitude, so digits are counted from the first that is not 0.
        if (number.ReadError is { } readError)
            return string.Create(CultureInfo.InvariantCulture, $"{value:G3} ± {readError(result):G2}");
        return value.ToString(number.Unit == MetricUnit.Share ? "0.0 %" : "0.####", CultureInfo.InvariantCulture);
    }

    private static string Words(MetricNumber number) => number.Better switch
    {
        MetricDirection.Less => "less is better",
        MetricDirection.More => "more is better",
        MetricDirection.LikeReal => "best like the real",
        _ => "",
    };
}
