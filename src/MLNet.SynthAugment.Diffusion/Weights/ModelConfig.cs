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

    private static readonly JsonSerializerOptions s_options = new()
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
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Unreadable(path, error);
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
            return json.Deserialize<T>(s_options)!;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Unreadable(path, error);
        }
    }

    internal static void Write<T>(string path, T config) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(config, s_options) + "\n");

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

/// <summary>Reads small text files that may come from anywhere.</summary>
internal static class ConfigText
{
    // The longest files read this way, vocabularies and merges of tokenizers, have a few MB.
    private const long MaximumLength = 1 << 24;

    private static readonly UTF8Encoding s_strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file.</summary>
    /// <exception cref="ModelFolderException">It is absent, not UTF-8, or far too long for a config.</exception>
    internal static string Read(string path)
    {
        if (!File.Exists(path))
            throw new ModelFolderException($"There is no {path}.");
        using var stream = File.OpenRead(path);
        if (stream.Length > MaximumLength)
            throw new ModelFolderException(
                $"{path} has {stream.Length} bytes, which is no {Path.GetFileName(path)}: at most {MaximumLength} "
                    + "are read.");
        try
        {
            using var reader = new StreamReader(stream, s_strict);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException error)
        {
            throw new ModelFolderException($"{path} cannot be read: it is not UTF-8.", error);
        }
    }
}

/// <summary>
/// Checks config values before a module is built from them: native code answers a wrong size with a crash.
/// </summary>
/// <param name="part">The model part, for the error.</param>
internal sealed class ConfigCheck(string part)
{
    internal void Range(string key, long value, long lowest, long highest)
    {
        if (value < lowest || value > highest)
            throw Error($"config key '{key}' is {value}, but must be between {lowest} and {highest}");
    }

    internal void Positive(string key, double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw Error($"config key '{key}' is {value}, but must be above 0");
    }

    internal void Each<T>(string key, IReadOnlyList<T> values, int count, Func<T, bool> isValid)
    {
        if (values.Count != count)
            throw Error($"config key '{key}' has {values.Count} values where {count} are expected");
        foreach (var value in values)
        {
            if (!isValid(value))
                throw Error($"config key '{key}' holds {value}, which is not supported or does not fit the other keys");
        }
    }

    internal void Divides(string divisorKey, long divisor, string key, long value)
    {
        if (divisor <= 0 || value % divisor != 0)
            throw Error($"config key '{divisorKey}' holds {divisor}, which does not divide '{key}' {value}");
    }

    internal void Supported<T>(string key, T value, params T[] supported)
    {
        if (!supported.Contains(value))
            throw Error($"config key '{key}' is {Show(value)}, which is not supported; supported: "
                + string.Join(", ", supported.Select(Show)));
    }

    internal void Neutral(string key, bool isNeutral)
    {
        if (!isNeutral)
            throw Error(
                $"config key '{key}' has a value that changes the arithmetic and is not supported; it must be null");
    }

    private static string Show<T>(T value) => value is null ? "null" : $"'{value}'";

    private ModelFolderException Error(string problem) => new($"{part}: {problem}.");
}
