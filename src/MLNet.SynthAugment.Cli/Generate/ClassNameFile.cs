using System.Text.Json;
using MLNet.SynthAugment.Cli.Options;

namespace MLNet.SynthAugment.Cli.Generate;

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
