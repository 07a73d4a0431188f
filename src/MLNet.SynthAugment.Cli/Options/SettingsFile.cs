using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
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

    /// <summary>Reads the settings of a command.</summary>
    /// <param name="path">The file.</param>
    /// <param name="command">The command's word, for messages.</param>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">The file is not there.</exception>
    public static T Read<T>(string path, string command)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Format)
                ?? throw new JsonException("it is empty");
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
}
