using System.Globalization;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;
using Spectre.Console;

namespace MLNet.SynthAugment.Cli.Compare;

/// <summary>The results as a table for people. Accuracies are in per cent, differences in points.</summary>
internal static class CompareTable
{
    private const string Nothing = "–";

    // Wide enough for a line of the table, also where the terminal's width is not known.
    private const int LeastWidth = 120;

    public static void Write(ComparisonReport report, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        var table = new Table();
        table.AddColumns(Right("shots"), new TableColumn("arm"), Right("per class"), Right("val"), Right("test"),
            Right("to real only"), Right("to the same without synthetic"), Right("p"));
        foreach (var summary in report.Summaries.OrderBy(summary => summary.Shots))
            AddRow(table, summary, IsChosen(report, summary));
        console.Write(table);
        output.WriteLine($"Mean over seeds ± half of the 95 % interval. {report.TestImages} test images, "
            + $"{report.Classes.Count} classes.");
        output.WriteLine(report.Choices.Count == 0
            ? "Nothing was chosen: each amount is reported as it is."
            : $"* chosen among its amounts on {DescribeImagesToChooseBy(report)}.");
        foreach (var summary in report.Summaries.Where(
            summary => IsTaken(report, summary) && summary.HelpsOnValidation == false))
            output.WriteLine($"{summary.Shots} {(summary.Shots == 1 ? "shot" : "shots")}, {summary.Arm}: no better "
                + $"than {summary.Baseline} on the images to choose by "
                + $"({Difference(summary.AgainstBaselineOnValidation)}). By them, leave synthetic images out.");
        foreach (var made in report.Syntheses.GroupBy(made => made.Method))
            output.WriteLine(DescribeSynthesis(made.Key, [.. made]));
    }

    private static string DescribeImagesToChooseBy(ComparisonReport report) => report.ValidationImages > 0
        ? $"the {report.ValidationImages} val images"
        : "the training images that are no shots";

    private static void AddRow(Table table, ArmSummary summary, bool isChosen) => table.AddRow(
        Text($"{summary.Shots}"),
        Text(summary.Name),
        Text(summary.Arm.IsSynthetic ? $"{summary.Arm.Amount}{(isChosen ? " *" : "")}" : ""),
        Text(Accuracy(summary.Validation)),
        Text(Accuracy(summary.Test)),
        Text(Difference(summary.AgainstRealOnly)),
        Text(Difference(summary.AgainstBaseline)),
        Text(summary.AgainstBaseline?.PValue is { } p ? p.ToString("0.000", CultureInfo.InvariantCulture) : ""));

    private static bool IsChosen(ComparisonReport report, ArmSummary summary) =>
        report.Choices.Any(choice => choice.Among > 1 && IsTaken(choice, summary));

    // Chosen, or the only one.
    private static bool IsTaken(ComparisonReport report, ArmSummary summary) =>
        report.Choices.Any(choice => IsTaken(choice, summary));

    private static bool IsTaken(ArmChoice choice, ArmSummary summary) =>
        choice.Method is not null && choice.Shots == summary.Shots && choice.Chosen == summary.Arm;

    private static string DescribeSynthesis(string method, IReadOnlyList<SynthesisResult> made)
    {
        var (images, seconds) = (made.Sum(part => part.Made),
            made.Where(part => part.Made > 0).Sum(part => part.Seconds));
        var time = images == 0 ? "all images were there before" : string.Create(
            CultureInfo.InvariantCulture,
            $"{images} images, {seconds / images:0.00} s per image with what was learnt first");
        var acceptance = made.Select(part => part.Acceptance).OfType<double>().ToList();
        return acceptance.Count == 0
            ? $"{method}: {time}." : string.Create(
                CultureInfo.InvariantCulture,
                $"{method}: {time}; {acceptance.Average():0.0 %} of the candidates accepted.");
    }

    private static string Accuracy(MeanInterval? interval) => interval is null
        ? Nothing : PerCent(interval.Mean, interval.HalfWidth, "0.0");

    private static string Difference(PairedDifference? difference) => difference is null
        ? "" : PerCent(difference.Mean, difference.HalfWidth, "+0.0;−0.0;0.0");

    private static string PerCent(double mean, double? halfWidth, string format) =>
        (100 * mean).ToString(format, CultureInfo.InvariantCulture)
            + (halfWidth is { } half ? string.Create(CultureInfo.InvariantCulture, $" ± {100 * half:0.0}") : "");

    private static Markup Text(string text) => new(Markup.Escape(text));

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();
}
