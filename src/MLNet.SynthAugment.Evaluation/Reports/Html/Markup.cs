using System.Net;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>
/// HTML in which everything filled in is escaped, except what is markup itself: a text from users can come in only as
/// text.
/// </summary>
internal readonly record struct Markup
{
    private Markup(string html) => Html = html;

    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new("");

    private string? Html { get; }

    /// <summary>A piece of HTML. Numbers are written in the invariant culture, whatever the user's language.</summary>
    public static Markup Of(FormattableString html) =>
        new(string.Format(Escaping.Instance, html.Format, html.GetArguments()));

    /// <summary>Plain text.</summary>
    public static Markup Text(string text) => new(WebUtility.HtmlEncode(text));

    /// <summary>HTML that this library wrote itself: its style sheet, its scripts, drawings made of numbers.</summary>
    public static Markup Trusted(string html) => new(html);

    /// <summary>A note on what is missing.</summary>
    public static Markup Note(string text) => Of($"""<p class="note">{text}</p>""");

    /// <summary>Pieces one after the other.</summary>
    public static Markup Join(IEnumerable<Markup> pieces, string separator = "\n") =>
        new(string.Join(separator, pieces));

    /// <inheritdoc/>
    public override string ToString() => Html ?? "";

    private sealed class Escaping : IFormatProvider, ICustomFormatter
    {
        public static Escaping Instance { get; } = new();

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            Markup markup => markup.ToString(),
            IFormattable number => WebUtility.HtmlEncode(number.ToString(format, CultureInfo.InvariantCulture)),
            _ => WebUtility.HtmlEncode(arg?.ToString() ?? ""),
        };
    }
}

/// <summary>A table in a box of its own, so that a narrow page scrolls the table and not itself.</summary>
/// <param name="Caption">What it holds.</param>
/// <param name="Columns">The headers; numbers are aligned to the right.</param>
internal sealed record Table(string Caption, IReadOnlyList<Table.Column> Columns)
{
    private readonly List<Markup> _rows = [];

    /// <summary>A column.</summary>
    public sealed record Column(string Header, bool IsNumber = true);

    /// <summary>Adds a row.</summary>
    /// <param name="cells">As many as there are columns.</param>
    /// <param name="isMarked">Whether it stands out.</param>
    public void Add(IReadOnlyList<Markup> cells, bool isMarked = false)
    {
        var columns = cells.Zip(Columns, (cell, column) => Markup.Of($"<td{NumberClass(column)}>{cell}</td>"));
        _rows.Add(Markup.Of($"<tr{Class(isMarked ? "marked" : "")}>{Markup.Join(columns, "")}</tr>"));
    }

    /// <summary>The table, always open.</summary>
    public Markup ToMarkup()
    {
        var headers = Columns.Select(column =>
            Markup.Of($"""<th scope="col"{NumberClass(column)}>{column.Header}</th>"""));
        return Markup.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="{Caption}">
            <table>
            <caption>{Caption}</caption>
            <thead>
            <tr>{Markup.Join(headers, "")}</tr>
            </thead>
            <tbody>
            {Markup.Join(_rows)}
            </tbody>
            </table>
            </div>
            """);
    }

    /// <summary>The table below its chart: closed, or open where there is no chart.</summary>
    public Markup BelowChart() => Markup.Of($"""
        <details{Markup.Text(ReportResources.ChartLibrary is null ? " open" : "")}>
        <summary>{Caption}: the numbers</summary>
        {ToMarkup()}
        </details>
        """);

    private static Markup NumberClass(Column column) => Class(column.IsNumber ? "number" : "");

    private static Markup Class(string name) => name.Length == 0 ? Markup.Empty : Markup.Of($" class=\"{name}\"");
}
