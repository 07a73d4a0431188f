namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>Regular expressions in Python's spelling, from files that may come from anywhere.</summary>
internal static class PythonRegex
{
    private static readonly TimeSpan s_longestMatch = TimeSpan.FromSeconds(1);

    // What is spelled differently in .NET, outside of character classes.
    private static readonly (string Python, string DotNet)[] s_spellings =
        [("(?P<", "(?<"), (@"\Z", @"\z"), ("{,", "{0,")];

    /// <summary>Makes an expression; in linear time where it has no look-around and no back-references.</summary>
    /// <exception cref="ArgumentException">It is no valid expression.</exception>
    public static Regex Create(string pattern)
    {
        var translated = Translate(pattern);
        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, s_longestMatch);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, s_longestMatch);
        }
    }

    /// <summary>The expression in .NET's spelling.</summary>
    internal static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length);
        var classStart = -1;
        for (var i = 0; i < pattern.Length;)
        {
            var length = 1;
            if (classStart < 0 && BackReference(pattern, i) is { } name)
            {
                result.Append($@"\k<{name}>");
                length = "(?P=)".Length + name.Length;
            }
            else if (classStart < 0 && Spelling(pattern, i) is { Python: { } python, DotNet: var spelled })
            {
                result.Append(spelled);
                length = python.Length;
            }
            else
            {
                length = pattern[i] == '\\' && i + 1 < pattern.Length ? 2 : 1;
                // In .NET a bracket inside a class may begin another one to subtract.
                if (classStart >= 0 && pattern[i] == '[')
                    result.Append('\\');
                result.Append(pattern, i, length);
                // A bracket that closes nothing yet is the class's first character.
                if (classStart < 0 && pattern[i] == '[')
                    classStart = StartsAt(pattern, "[^", i) ? i + 2 : i + 1;
                else if (classStart >= 0 && pattern[i] == ']' && i > classStart)
                    classStart = -1;
            }
            i += length;
        }
        return result.ToString();
    }

    private static (string Python, string DotNet) Spelling(string pattern, int start) =>
        s_spellings.FirstOrDefault(pair => StartsAt(pattern, pair.Python, start));

    private static string? BackReference(string pattern, int start) =>
        StartsAt(pattern, "(?P=", start) && pattern.IndexOf(')', start) is var end and > 0
            ? pattern[(start + "(?P=".Length)..end]
            : null;

    private static bool StartsAt(string text, string part, int start) =>
        string.CompareOrdinal(text, start, part, 0, part.Length) == 0;
}
