using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>Tables of two columns, as spreadsheets write them (<see cref="Csv"/>).</summary>
internal static class CsvFile
{
    /// <summary>Reads the two columns of a table whose first line names them.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="first">The first column's name.</param>
    /// <param name="second">The second column's name.</param>
    /// <returns>The second column by the first.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such table; the message names the line.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, string first, string second)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        var isHeader = true;
        foreach (var (line, fields) in Csv.Read(path, TextFile.Read(path)))
        {
            if (isHeader && !fields.Select(field => field.Trim())
                .SequenceEqual([first, second], StringComparer.OrdinalIgnoreCase))
                throw new InvalidDataException(
                    $"'{path}': the first line must be {first},{second}, not {string.Join(',', fields)}.");
            if (!isHeader && fields.Count != 2)
                throw new InvalidDataException(
                    $"'{path}', line {line}: expected {first} and {second}, found {fields.Count} fields. A field "
                        + "that holds a comma stands in quotes.");
            if (!isHeader && !rows.TryAdd(fields[0].Trim(), fields[1].Trim()))
                throw new InvalidDataException($"'{path}', line {line}: there is a line for '{fields[0]}' before.");
            isHeader = false;
        }
        return isHeader ? throw new InvalidDataException(
            $"'{path}' is empty; the first line must be {first},{second}.") : rows;
    }
}
