using System.Text;
using MLNet.SynthAugment.Cli.Options;
using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Cli.Shots;

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

/// <summary>
/// Words for classes whose names are codes, in a file: a JSON object, or a csv with the columns <c>label,name</c>.
/// </summary>
internal static class ClassNameFile
{
    /// <summary>The names by label.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (!Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
            return CsvFile.Read(path, "label", "name");
        try
        {
            var names = JsonSerializer.Deserialize<Dictionary<string, string?>>(
                TextFile.Read(path), SettingsFile.Format) ?? throw new JsonException("it is null");
            return names.ToDictionary(
                pair => pair.Key, pair => pair.Value ?? throw new JsonException($"the name of '{pair.Key}' is null"),
                StringComparer.Ordinal);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"'{path}' is no JSON object of class names, such as {{\"n02084071\": \"dog\"}}: {error.Message}",
                error);
        }
    }
}

/// <summary>Text files of unknown origin.</summary>
internal static class TextFile
{
    private const long MaxBytes = 64 << 20;

    /// <summary>The whole text.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is too large, or no UTF-8.</exception>
    public static string Read(string path)
    {
        var size = new FileInfo(path) is { Exists: true } file
            ? file.Length : throw new FileNotFoundException($"There is no file '{path}'.", path);
        if (size > MaxBytes)
            throw new InvalidDataException($"'{path}' has {size} bytes; more than {MaxBytes} are not read.");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path))
                .TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"'{path}' is not UTF-8 text; save it as UTF-8.", error);
        }
    }
}
