namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>A table in a box of its own, so that a narrow page scrolls the table and not itself.</summary>
/// <param name="Caption">What it holds.</param>
/// <param name="Columns">Headers; numbers stand at the right.</param>
internal sealed record Table(string Caption, IReadOnlyList<Table.Column> Columns)
{
    private readonly List<Markup> _rows = [];

    /// <summary>A column.</summary>
    public sealed record Column(string Header, bool IsNumber = true);

    /// <summary>Adds a row.</summary>
    /// <param name="cells">As many as there are columns.</param>
    /// <param name="isMarked">Whether it stands out.</param>
    public void Add(IReadOnlyList<Markup> cells, bool isMarked = false) =>
        _rows.Add(Markup.Of($"<tr{Class(isMarked ? "marked" : "")}>{Markup.Join(cells.Zip(Columns, (cell, column) => Markup.Of($"<td{Class(column.IsNumber ? "number" : "")}>{cell}</td>")), "")}</tr>"));

    /// <summary>The table, always open.</summary>
    public Markup ToMarkup() => Markup.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="{Caption}"><table><caption>{Caption}</caption>
        <thead><tr>{Markup.Join(Columns.Select(column => Markup.Of($"<th scope=\"col\"{Class(column.IsNumber ? "number" : "")}>{column.Header}</th>")), "")}</tr></thead>
        <tbody>{Markup.Join(_rows)}</tbody></table></div>
        """);

    /// <summary>The table below its chart: closed, or open where there is no chart.</summary>
    public Markup BelowChart() =>
        Markup.Of($"<details{Markup.Text(ReportResources.ChartLibrary is null ? " open" : "")}><summary>{Caption}: the numbers</summary>{ToMarkup()}</details>");

    private static Markup Class(string name) => name.Length == 0 ? Markup.Empty : Markup.Of($" class=\"{name}\"");
}
