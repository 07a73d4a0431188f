using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Cli.Options;

/// <summary>Settings of commands as JSON files, and what else is written the same way.</summary>
internal static class SettingsFile
{
    public const string Name = "settings.json";

    /// <summary>
    /// How settings are written: readable by people, enumerations by name. Unknown names are errors, so that no
    /// misspelt setting is passed over, and so is null for what needs a value.
    /// </summary>
    public static JsonSerializerOptions Format { get; } = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    // A file may leave out what options or defaults say.
    private static readonly JsonSerializerOptions s_partial = new(Format)
    { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireNothing } } };

    private static readonly JsonDocumentOptions s_document = new()
    { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Reads settings of a command; not all of them need be there.</summary>
    /// <typeparam name="T">All settings of the command.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="command">The command's word, for messages.</param>
    /// <exception cref="InvalidDataException">The file holds something else; the message names the setting.</exception>
    /// <exception cref="IOException">The file is not there.</exception>
    public static JsonObject Read<T>(string path, string command)
    {
        var text = File.ReadAllBytes(path);
        try
        {
            var values = JsonNode.Parse(text, documentOptions: s_document) as JsonObject
                ?? throw new JsonException("it is no JSON object.");
            var known = typeof(T).GetProperties().Select(property => property.Name).ToList();
            foreach (var name in values.Select(pair => pair.Key).Where(name => !known.Contains(name)))
                throw new JsonException($"there is no setting '{name}'.{NearMatch.Hint(name, known)}");
            JsonSerializer.Deserialize<T>(text, s_partial);
            return values;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"'{path}' holds no settings of 'synthaugment {command}': {error.Message}", error);
        }
    }

    /// <summary>Writes <c>settings.json</c> into a folder, which is made if it is not there.</summary>
    public static void Write<T>(string folder, T settings) => WriteJson(Path.Combine(folder, Name), settings);

    /// <summary>
    /// Writes a file that is whole at every moment, also when the process is killed or another one writes it too.
    /// </summary>
    public static void WriteJson<T>(string path, T content) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(content, Format) + Environment.NewLine);

    private static void RequireNothing(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired = false;
    }
}

/// <summary>Finds what a misspelt word may have meant.</summary>
internal static class NearMatch
{
    /// <summary>A question to add to a message, with a space before it; empty if no word is near.</summary>
    /// <param name="word">The misspelt word.</param>
    /// <param name="known">The words that there are.</param>
    public static string Hint(string word, IEnumerable<string> known) =>
        known.Select(name => (Name: name, Distance: Distance(word, name)))
            .Where(near => near.Distance <= Math.Max(1, near.Name.Length / 3)).OrderBy(near => near.Distance)
            .Select(near => $" Did you mean '{near.Name}'?").FirstOrDefault("");

    /// <summary>
    /// How many letters have to be changed, added or taken away, whatever their case (Levenshtein 1966).
    /// </summary>
    public static int Distance(string first, string second)
    {
        var row = Enumerable.Range(0, second.Length + 1).ToArray();
        for (var i = 1; i <= first.Length; i++)
        {
            var (above, left) = (row[0], row[0] = i);
            for (var j = 1; j <= second.Length; j++)
            {
                var isSame = char.ToLowerInvariant(first[i - 1]) == char.ToLowerInvariant(second[j - 1]);
                left = Math.Min(Math.Min(row[j], left) + 1, above + (isSame ? 0 : 1));
                (above, row[j]) = (row[j], left);
            }
        }
        return row[^1];
    }
}
