using System.Globalization;
using System.Net;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>
/// HTML in which all that was filled in is escaped, but for what is markup itself: a text from users can come in only
/// as text.
/// </summary>
internal readonly record struct Markup
{
    private Markup(string html) => Html = html;

    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new("");

    private string? Html { get; }

    /// <summary>A piece of HTML. Numbers are written as everywhere, whatever the user's language.</summary>
    public static Markup Of(FormattableString html) =>
        new(string.Format(Escaping.Instance, html.Format, html.GetArguments()));

    /// <summary>Plain text.</summary>
    public static Markup Text(string text) => new(WebUtility.HtmlEncode(text));

    /// <summary>HTML that this library wrote itself: its style sheet, its scripts, drawings made of numbers.</summary>
    public static Markup Trusted(string html) => new(html);

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
