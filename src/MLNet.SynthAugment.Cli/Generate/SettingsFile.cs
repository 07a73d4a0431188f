using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Cli.Generate;

/// <summary>Settings as JSON files.</summary>
internal static class SettingsFile
{
    public const string Name = "settings.json";

    /// <summary>How settings are written: readable by people, enumerations by name. Unknown names are errors, so that no misspelt setting is passed over.</summary>
    public static JsonSerializerOptions Format { get; } = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">The file is not there.</exception>
    public static GenerateSettings Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<GenerateSettings>(File.ReadAllBytes(path), Format) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' holds no settings of 'synthaugment generate': {error.Message}", error);
        }
    }

    /// <summary>Writes <c>settings.json</c> into a folder and returns its path.</summary>
    public static string Write(GenerateSettings settings)
    {
        Directory.CreateDirectory(settings.Out);
        var path = Path.Combine(settings.Out, Name);
        File.WriteAllText(path, JsonSerializer.Serialize(settings, Format) + Environment.NewLine);
        return path;
    }
}
