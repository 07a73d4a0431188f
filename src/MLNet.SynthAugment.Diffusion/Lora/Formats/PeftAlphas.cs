using System.Text.Json;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// The alphas of files in PEFT's naming that come with PEFT's settings: <c>adapter_config.json</c> beside a file of PEFT's own,
/// or the text <c>lora_adapter_metadata</c> in a file of newer diffusers, whose keys begin with the component.
/// </summary>
internal sealed class PeftAlphas
{
    private const string MetadataKey = "lora_adapter_metadata";
    private const string ConfigFile = "adapter_config.json";

    private readonly JsonElement _settings;

    private PeftAlphas(JsonElement settings) => _settings = settings;

    /// <summary>Takes the settings out of the metadata, or reads them from beside the file; null if there are none.</summary>
    /// <exception cref="InvalidDataException">They are no JSON object.</exception>
    public static PeftAlphas? Take(string file, IEnumerable<string> names, Dictionary<string, string> metadata)
    {
        if (metadata.Remove(MetadataKey, out var text)) return Parse($"{file}: the metadata text {MetadataKey}", text);
        var config = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, ConfigFile);
        return names.All(name => name.StartsWith(DottedNames.PeftRoot, StringComparison.Ordinal)) && File.Exists(config)
            ? Parse(config, File.ReadAllText(config))
            : null;
    }

    /// <summary>The alpha of a layer, or null if the settings do not say.</summary>
    public float? Of(string path, long rank)
    {
        var component = path[..(path.IndexOf('.') + 1)];
        if (AlphaOf(path, component) is not { } alpha) return null;
        // Rank-stabilised LoRA (Kalajdzievski 2023) scales by alpha / √rank.
        return Find(component, "use_rslora") is { ValueKind: JsonValueKind.True } ? alpha * MathF.Sqrt(rank) : alpha;
    }

    private float? AlphaOf(string path, string component)
    {
        if (Find(component, "alpha_pattern") is { ValueKind: JsonValueKind.Object } patterns)
        {
            foreach (var pattern in patterns.EnumerateObject())
            {
                if (path.EndsWith("." + pattern.Name, StringComparison.Ordinal)) return Number(pattern.Value);
            }
        }
        return Find(component, "lora_alpha") is { } alpha ? Number(alpha) : null;
    }

    private JsonElement? Find(string component, string key) =>
        _settings.TryGetProperty(component + key, out var value) || _settings.TryGetProperty(key, out value) ? value : null;

    private static float? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) ? number : null;

    private static PeftAlphas Parse(string what, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return new PeftAlphas(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{what} is no valid JSON: {e.Message}", e);
        }
        throw new InvalidDataException($"{what} is no JSON object.");
    }
}
