using System.Text;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Results;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>
/// What was taken for what, over all seeds: a picture for each arm, and the pairs that were confused most.
/// </summary>
internal static class ConfusionMatrix
{
    private const int PairCount = 12;
    private const int MaxClasses = 200;
    private const int MaxLabelled = 24;
    private const int LabelLength = 18;

    // Units of the drawing, which is scaled to the page.
    private const double Side = 600;
    private const double LabelSpace = 200;
    private const double SlantSpace = 80;

    public static Markup Render(ComparisonReport report, int shots, IReadOnlyList<Arm> arms)
    {
        var counts = arms.Select(arm => (Arm: arm, Counts: Sum(report, shots, arm)))
            .Where(found => found.Counts is not null).ToList();
        if (counts.Count == 0)
            return Markup.Empty;
        var pictures = report.Classes.Count > MaxClasses
            ? Markup.Note($"{report.Classes.Count} classes are too many for a picture; the list has the pairs that "
                + "were confused most.")
            : Markup.Of($"""
                <div class="matrices">
                {Markup.Join(counts.Select(found => Draw(found.Arm, found.Counts!, report.Classes)))}
                </div>
                """);
        return Markup.Of($"""
            <h3>Confusions, all seeds together</h3>
            <p>A row is a class, a column what its test images were taken for, in the same order; the diagonal is right.
            The stronger the colour, the larger the share of the row. A cell tells its numbers when you point at it.</p>
            {pictures}
            {Pairs(counts!, report.Classes)}
            """);
    }

    private static int[][]? Sum(ComparisonReport report, int shots, Arm arm)
    {
        var size = report.Classes.Count;
        var runs = report.Runs.Where(
            run => run.Shots == shots && run.Arm == arm && run.Test.Confusion.Count == size
            && run.Test.Confusion.All(row => row.Count == size)).ToList();
        return runs.Count == 0 ? null : [.. Enumerable.Range(0, size)
            .Select(row => Enumerable.Range(0, size).Select(column => runs.Sum(run => run.Test.Confusion[row][column]))
                .ToArray())];
    }

    private static Markup Draw(Arm arm, int[][] counts, IReadOnlyList<string> classes)
    {
        var isLabelled = classes.Count <= MaxLabelled;
        var (offset, cell) = (isLabelled ? LabelSpace : 0, Side / classes.Count);
        var drawing = new StringBuilder();
        for (var row = 0; row < classes.Count; row++)
        {
            var total = Math.Max(1, counts[row].Sum());
            for (var column = 0; column < classes.Count; column++)
            {
                if (counts[row][column] > 0)
                    drawing.Append(Cell(row, column, counts[row][column], total));
            }
            if (isLabelled)
                drawing.Append(Labels(row));
        }
        var (height, width) = (Side + offset, Side + offset + (isLabelled ? SlantSpace : 0));
        return Markup.Of($"""
            <figure class="matrix">
            <figcaption>{arm}</figcaption>
            <svg viewBox="0 0 {width:0} {height:0}" role="img"
                aria-label="Confusions of {arm}; the list below has the most frequent ones">
            <rect class="paper" x="{offset}" y="{offset}" width="{Side}" height="{Side}"/>
            {Markup.Trusted(drawing.ToString())}
            </svg>
            </figure>
            """);

        Markup Cell(int row, int column, int count, int total)
        {
            var (kind, taken) = row == column ? ("right", "itself") : ("wrong", classes[column]);
            return Markup.Of($"""
                <rect class="{kind}" x="{offset + (column * cell):0.##}" y="{offset + (row * cell):0.##}"
                    width="{cell:0.##}" height="{cell:0.##}" fill-opacity="{0.12 + (0.88 * count / total):0.##}">
                <title>{classes[row]} taken for {taken}: {count} of {total} ({100.0 * count / total:0} %)</title>
                </rect>
                """);
        }

        Markup Labels(int number)
        {
            var middle = offset + ((number + 0.5) * cell);
            var name = Shorten(classes[number]);
            return Markup.Of($"""
                <text x="{offset - 6:0.##}" y="{middle + 4:0.##}" text-anchor="end">{name}</text>
                <text transform="translate({middle + 4:0.##} {offset - 6:0.##}) rotate(-60)">{name}</text>
                """);
        }
    }

    // Names that begin alike, as of one alphabet, differ at their end.
    private static string Shorten(string name) => name.Length <= LabelLength
        ? name : string.Create(CultureInfo.InvariantCulture, $"{name[..6]}…{name[^(LabelLength - 7)..]}");

    private static Markup Pairs(IReadOnlyList<(Arm Arm, int[][] Counts)> arms, IReadOnlyList<string> classes)
    {
        var pairs = Enumerable.Range(0, classes.Count)
            .SelectMany(row => Enumerable.Range(0, classes.Count).Where(column => column != row)
                .Select(column => (Row: row, Column: column)))
            .Select(pair => (pair.Row, pair.Column,
                Counts: arms.Select(arm => arm.Counts[pair.Row][pair.Column]).ToList()))
            .Where(pair => pair.Counts.Max() > 0).OrderByDescending(pair => pair.Counts.Sum()).Take(PairCount).ToList();
        if (pairs.Count == 0)
            return Markup.Of($"<p>Nothing was confused.</p>");
        var table = new Table("Most confused pairs: test images, all seeds together",
            [new("class", IsNumber: false), new("taken for", IsNumber: false),
                .. arms.Select(arm => new Table.Column(arm.Arm.ToString())), new("of")]);
        foreach (var (row, column, counts) in pairs)
            table.Add([Markup.Text(classes[row]), Markup.Text(classes[column]),
                .. counts.Select(count => Markup.Of($"{count}")), Markup.Of($"{arms[0].Counts[row].Sum()}")]);
        return table.ToMarkup();
    }
}
