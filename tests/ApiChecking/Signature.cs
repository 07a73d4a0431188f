using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>
/// Brings the spellings of a list and of reflection to one form: modifiers that do not change what a caller can write are
/// dropped, numbers get one spelling.
/// </summary>
public static partial class Signature
{
    /// <summary>Marks a place where the list may have a '?', since annotations of references are not compared.</summary>
    public const char OptionalQuestionMark = '\u0001';

    /// <summary>A member's line of the list. A leading "virtual " tells that it can be overridden.</summary>
    public static string Normalise(string text)
    {
        text = text.Replace("  [ext]", "", StringComparison.Ordinal);
        text = Deprecation().Replace(text, "");
        var canBeOverridden = Overridable().IsMatch(text) && !text.Contains("sealed override ", StringComparison.Ordinal);
        text = Modifiers().Replace(text, "");
        text = text.Replace("protected internal ", "protected ", StringComparison.Ordinal);
        text = EscapedName().Replace(text, "");
        text = NumericDefault().Replace(text, match => match.Groups[1].Value + Number(match.Groups[2].Value));
        return canBeOverridden ? "virtual " + text : text;
    }

    /// <summary>The part of a type's declaration that is compared: kind, modifiers and, of delegates, the signature.</summary>
    public static string NormaliseType(string text)
    {
        text = Accessibility().Replace(text, "");
        if (DelegateDeclaration().Match(text) is { Success: true } match)
            return $"delegate {match.Groups[1].Value}({match.Groups[2].Value})";
        return TypeKind().Match(text).Value;
    }

    public static string Number(string literal)
    {
        var digits = literal.TrimEnd('f', 'F', 'd', 'D', 'm', 'M', 'l', 'L', 'u', 'U');
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value.ToString("R", CultureInfo.InvariantCulture)
            : literal;
    }

    /// <summary>Splits at the commas that lie outside all brackets.</summary>
    public static IReadOnlyList<string> SplitTopLevel(string text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '<' or '(' or '[')
                depth++;
            else if (text[i] is '>' or ')' or ']')
                depth--;
            else if (text[i] == ',' && depth == 0)
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }
        parts.Add(text[start..].Trim());
        return parts;
    }

    [GeneratedRegex(@"^(?:\w+ )*(virtual|abstract|override) ")]
    private static partial Regex Overridable();

    [GeneratedRegex(@"(?<=^(?:(?:public|protected|internal|static|readonly) )*)(?:(?:virtual|abstract|override|sealed) )+")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"(= )(-?[\d.]+(?:[eE][-+]?\d+)?[fFdDmMlLuU]*)(?=[,)\]]|$)")]
    private static partial Regex NumericDefault();

    // Members that are an error to use keep their mark, and so are never matched.
    [GeneratedRegex(@"^\[Obsolete\] |  \[Obsolete:.*\]$")]
    private static partial Regex Deprecation();

    [GeneratedRegex(@"@(?=\w)")]
    private static partial Regex EscapedName();

    [GeneratedRegex(@"^(public|protected internal|protected) ")]
    private static partial Regex Accessibility();

    [GeneratedRegex(@"^delegate (\S.*?) ?(?:\w+(?:<[^(]*>)?)?\((.*)\)")]
    private static partial Regex DelegateDeclaration();

    [GeneratedRegex(@"^(?:(?:static|abstract|sealed|readonly|ref) )*(?:class|struct|interface|enum)")]
    private static partial Regex TypeKind();
}
