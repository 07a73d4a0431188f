using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>
/// Reads and writes the <c>config.json</c> of a model part. Keys are the snake-case names of the record's properties; a
/// missing key, or one that is null, keeps the property's default, which is the library default of diffusers or
/// transformers.
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

    internal static T Read<T>(string path) where T : class => Parse<T>(ReadObject(path), path);

    /// <summary>The file's keys as they are.</summary>
    internal static JsonObject ReadObject(string path)
    {
        if (!File.Exists(path))
            throw new ModelFolderException(
                $"There is no {path}. A model folder holds a {Path.GetFileName(path)} beside its weights.");
        try
        {
            var json = JsonNode.Parse(
                ConfigText.Read(path), documentOptions: new JsonDocumentOptions
                { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new ModelFolderException($"{path} is not a JSON object.");
            RequireReadable(json);
            return json;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>The class of diffusers that the keys are for, or null.</summary>
    internal static string? ClassName(JsonObject json) =>
        json["_class_name"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;

    /// <summary>Fills a config record from keys.</summary>
    /// <param name="json">The keys; those that are null are taken out.</param>
    /// <param name="path">The file they come from, for the error.</param>
    internal static T Parse<T>(JsonObject json, string path) where T : class
    {
        try
        {
            RemoveNulls(json);
            return json.Deserialize<T>(Options)!;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Unreadable(path, exception);
        }
    }

    internal static void Write<T>(string path, T config) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(config, Options) + "\n");

    // Nodes are read when they are looked at; a text with half a surrogate pair would fail then.
    private static void RequireReadable(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, value) in map)
                    RequireReadable(value);
                break;
            case JsonArray list:
                foreach (var value in list)
                    RequireReadable(value);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }

    private static void RemoveNulls(JsonObject json)
    {
        foreach (var (key, value) in json.ToList())
        {
            if (value is null)
                json.Remove(key);
            else if (value is JsonObject inner)
                RemoveNulls(inner);
        }
    }

    private static ModelFolderException Unreadable(string path, Exception exception) =>
        new($"{path} cannot be read: {exception.Message}", exception);
}
