using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// Reads and writes the <c>config.json</c> of a model part. Keys are the snake-case names of the record's properties; a
/// missing key, or one that is null, keeps the property's default, which is the library default of diffusers or transformers.
/// </summary>
internal static class ModelConfig
{
    internal const string FileName = "config.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new OneOrManyJsonConverterFactory() },
    };

    internal static T Read<T>(string path) where T : class
    {
        if (!File.Exists(path))
            throw new ModelFolderException($"There is no {path}. A model folder holds a {Path.GetFileName(path)} beside its weights.");
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new ModelFolderException($"{path} is not a JSON object.");
            foreach (var key in json.Where(entry => entry.Value is null).Select(entry => entry.Key).ToList())
                json.Remove(key);
            return json.Deserialize<T>(Options)!;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new ModelFolderException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    internal static void Write<T>(string path, T config) => AtomicFile.WriteText(path, JsonSerializer.Serialize(config, Options) + "\n");
}
