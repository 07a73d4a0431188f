namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Cleans a text as CLIP's fast tokenizer does (form C, white space to one space, lower case) and cuts it into words:
/// English contractions, runs of letters, single digits, runs of anything else.
/// </summary>
internal static class TextSplitter
{
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    internal static string Clean(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in CanonicalComposition.Normalize(text).EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune))
                result.Append(Lower(rune));
            else if (result.Length == 0 || result[^1] != ' ')
                result.Append(' ');
        }
        return result.ToString();
    }

    /// <summary>Cuts a cleaned text into words.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        for (var position = 0; position < text.Length;)
        {
            var length = WordLength(text, position, out var kind);
            if (kind != Kind.Space)
                yield return text.Substring(position, length);
            position += length;
        }
    }

    private static int WordLength(string text, int position, out Kind kind)
    {
        var first = Rune.GetRuneAt(text, position);
        kind = KindOf(first);
        foreach (var contraction in s_contractions)
        {
            if (string.CompareOrdinal(text, position, contraction, 0, contraction.Length) == 0)
                return contraction.Length;
        }
        var end = position + first.Utf16SequenceLength;
        if (kind is Kind.Letter or Kind.Other)
        {
            while (end < text.Length && Rune.GetRuneAt(text, end) is var next && KindOf(next) == kind)
                end += next.Utf16SequenceLength;
        }
        return end - position;
    }

    private static Kind KindOf(Rune rune)
    {
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                Kind.Number,
            _ => Kind.Other,
        };
    }

    // The one letter whose lower case is two code points in every language, which .NET leaves as it is.
    private static string Lower(Rune rune) => rune.Value == 'İ' ? "i\u0307" : Rune.ToLowerInvariant(rune).ToString();
}
