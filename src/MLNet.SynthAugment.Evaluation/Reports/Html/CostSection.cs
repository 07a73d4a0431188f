using System.Globalization;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>What a useful image costs.</summary>
internal static class CostSection
{
    public static Markup Render(ComparisonReport report)
    {
        if (report.Syntheses.Count == 0)
            return Markup.Empty;
        var table = new Table("Time of synthetic images, all seeds together", [
            new("method", IsNumber: false), new("shots"), new("images kept"), new("time"), new("candidates accepted"),
                new("seconds a candidate"), new("seconds an image kept")]);
        foreach (var made in report.Syntheses.GroupBy(made => (made.Method, made.Shots)))
            table.Add(Row(made.Key.Method, made.Key.Shots, ImageCost.Of([.. made], report.Classes.Count)));
        return Markup.Of($"""
            <section id="cost"><h2>Time and cost</h2>
            <p>Wall time with all that a method learns first, on the machine described under <a href="#settings">settings</a>. Images kept are those that were trained on; where a selection accepted too few, the best of the rejected fill up and count here too. After an interruption only the last part of the time is known.</p>
            {table.ToMarkup()}</section>
            """);
    }

    private static IReadOnlyList<Markup> Row(string method, int shots, ImageCost cost) => [
        Markup.Text(method), Markup.Of($"{shots}"), Markup.Of($"{cost.Images}"),
            Markup.Text(cost.Images == 0 ? "there before" : Numbers.Duration(cost.Seconds)),
        Markup.Text(cost.Acceptance is { } acceptance ? $"{Numbers.PerCent(acceptance)} %" : "no selection"),
            Markup.Text(Seconds(cost.SecondsPerCandidate)), Markup.Text(Seconds(cost.SecondsPerImage))];

    private static string Seconds(double? seconds) => seconds is { } value
        ? value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : Numbers.Nothing;
}
