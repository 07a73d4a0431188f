namespace MLNet.SynthAugment.Diffusion.Files;

/// <summary>
/// Tables as spreadsheets write them (RFC 4180): fields between commas, in quotes where they hold a comma, a quote
/// (doubled) or a line break.
/// </summary>
public static class Csv
{
    /// <summary>A record, without the line break at its end.</summary>
    /// <param name="fields">The fields.</param>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted));

    /// <summary>
    /// The records of a table with the numbers of the lines they end in. Empty lines are passed over, and line breaks
    /// are read as <c>\n</c>.
    /// </summary>
    /// <param name="path">What errors call the table.</param>
    /// <param name="text">The table.</param>
    /// <exception cref="InvalidDataException">A quote is opened and never closed.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Fields)> Read(string path, string text)
    {
        // A last line break ends the last record where the file has none.
        text = text.ReplaceLineEndings("\n") + "\n";
        var line = 1;
        var quotedSince = 0;
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (quotedSince > 0 && character != '"')
                field.Append(character);
            // A doubled quote stands for one.
            else if (quotedSince > 0 && text[i + 1] == '"')
                field.Append(text[i++]);
            else if (quotedSince > 0)
                quotedSince = 0;
            else if (character == '"' && field.Length == 0)
                quotedSince = line;
            else if (character is ',' or '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (character == '\n' && fields is not [""])
                    yield return (line, fields);
                if (character == '\n')
                    fields = [];
            }
            else
                field.Append(character);
            if (character == '\n')
                line++;
        }
        if (quotedSince > 0)
            throw new InvalidDataException($"'{path}', line {quotedSince}: a quote is opened and never closed.");
    }

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
