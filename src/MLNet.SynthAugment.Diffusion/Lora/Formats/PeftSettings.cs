using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Lora.Formats;

/// <summary>
/// PEFT's settings that come with a file: <c>adapter_config.json</c> beside a file of PEFT's own, or the text
/// <c>lora_adapter_metadata</c> in a file of newer diffusers, whose keys begin with the component.
/// </summary>
internal sealed class PeftSettings
{
    private const string MetadataKey = "lora_adapter_metadata";
    private const string ConfigFile = "adapter_config.json";
    private const string Alpha = "lora_alpha";
    private const string AlphaPattern = "alpha_pattern";
    private const string Rank = "r";
    private const string RankPattern = "rank_pattern";
    private const string RankStabilized = "use_rslora";
    private const string Start = "init_lora_weights";

    // What PEFT's LoraConfig has where the settings are silent.
    private const float DefaultAlpha = 8;

    // Starts that take a part of the weights out, so that the adapter is no change of the published model.
    private static readonly string[] s_startsThatChangeTheModel = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    private readonly string _where;
    private readonly JsonElement _json;

    // Of one adapter, not of components by their prefixes.
    private readonly bool _isWhole;

    private PeftSettings(string where, JsonElement json, bool isWhole) =>
        (_where, _json, _isWhole) = (where, json, isWhole);

    /// <summary>
    /// Takes the settings out of the metadata, or reads them from beside the file; null if there are none.
    /// </summary>
    /// <exception cref="InvalidDataException">They are no JSON object.</exception>
    public static PeftSettings? Take(string file, IEnumerable<string> names, Dictionary<string, string> metadata)
    {
        if (metadata.Remove(MetadataKey, out var text)) return Parse(
            $"{file}: the metadata text {MetadataKey}", text, isWhole: false);
        var config = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, ConfigFile);
        return names.All(name => name.StartsWith(DottedNames.PeftRoot, StringComparison.Ordinal)) && File.Exists(config)
            ? Read(config)
            : null;
    }

    /// <summary>What the settings say of layers.</summary>
    /// <param name="layers">The layers as the file names them, with the paths they have here.</param>
    /// <param name="warn">Gets a sentence for each setting without effect.</param>
    /// <exception cref="InvalidDataException">A setting cannot be used; the message names it.</exception>
    public IReadOnlyDictionary<string, PeftLayer> Of(
        IReadOnlyCollection<(string Layer, string Path)> layers, Action<string> warn)
    {
        var alphas = Patterns(AlphaPattern, layers, warn);
        var ranks = Patterns(RankPattern, layers, warn);
        WarnOfStart(layers.Select(layer => Component(layer.Path)).Distinct(), warn);
        return layers.ToDictionary(layer => layer.Layer, layer =>
        {
            var component = Component(layer.Path);
            return new PeftLayer(
                alphas.TryGetValue(layer.Layer, out var alpha)
                    ? Number(alpha.Value, alpha.Name)
                    : Number(component, Alpha) ?? (Says(component) ? DefaultAlpha : null),
                IsOn(component, RankStabilized),
                ranks.TryGetValue(layer.Layer, out var rank) ? Number(rank.Value, rank.Name) : Number(component, Rank),
                $"{_where} says {(rank.Name ?? Rank)}");
        });
    }

    /// <summary>The values of patterns by layer, each with its name for messages.</summary>
    private Dictionary<string, (string Name, JsonElement Value)> Patterns(
        string setting, IReadOnlyCollection<(string Layer, string Path)> layers, Action<string> warn)
    {
        var found = new Dictionary<string, (string Name, JsonElement Value)>(StringComparer.Ordinal);
        foreach (var name in DottedNames.Components.Append("").Select(component => component + setting))
        {
            if (!_json.TryGetProperty(name, out var json) || json.ValueKind == JsonValueKind.Null)
                continue;
            if (json.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{_where}: {name} must be an object of patterns and numbers.");
            var own = layers.Where(layer => Find(Component(layer.Path), setting)?.Name == name)
                .ToLookup(layer => Module(layer.Layer), layer => layer.Layer);
            var patterns = new PeftPatterns($"{_where}: {name}", json);
            foreach (var (module, entry) in patterns.Of([.. own.Select(modules => modules.Key)], warn))
            {
                foreach (var layer in own[module])
                    found[layer] = ($"{name} '{entry.Key}'", entry.Value);
            }
        }
        return found;
    }

    private void WarnOfStart(IEnumerable<string> components, Action<string> warn)
    {
        foreach (var start in components.Select(component => Find(component, Start))
            .OfType<(string Name, JsonElement Value)>().Distinct())
        {
            if (start.Value.ValueKind == JsonValueKind.String && start.Value.GetString() is { } kind
                && s_startsThatChangeTheModel.Any(changing =>
                    kind.StartsWith(changing, StringComparison.OrdinalIgnoreCase)))
                warn($"{_where}: {start.Name} is '{kind}', which changes the model's own weights before training; "
                    + $"the adapter fits only the model so changed. Save it with PEFT's "
                    + $"path_initial_model_for_weight_conversion to get one for the published model.");
        }
    }

    private (string Name, JsonElement Value)? Find(string component, string key) =>
        _json.TryGetProperty(component + key, out var value) ? (component + key, value)
        : _json.TryGetProperty(key, out value) ? (key, value)
        : null;

    // Newer diffusers' metadata may be of other components alone.
    private bool Says(string component) =>
        _isWhole || _json.EnumerateObject().Any(entry => entry.Name.StartsWith(component, StringComparison.Ordinal));

    private bool IsOn(string component, string key) => Find(component, key) switch
    {
        null or { Value.ValueKind: JsonValueKind.Null or JsonValueKind.False } => false,
        { Value.ValueKind: JsonValueKind.True } => true,
        { } found => throw new InvalidDataException(
            $"{_where}: {found.Name} is {found.Value.GetRawText()}, neither true nor false."),
    };

    private float? Number(string component, string key) =>
        Find(component, key) is { Value.ValueKind: not JsonValueKind.Null } found
            ? Number(found.Value, found.Name)
            : null;

    private float Number(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number)
            ? number
            : throw new InvalidDataException($"{_where}: {name} is {value.GetRawText()}, not a finite number.");

    private static string Component(string path) => path[..(path.IndexOf('.') + 1)];

    // PEFT matches patterns with the paths inside the model that the settings are for.
    private static string Module(string layer)
    {
        var beginning = DottedNames.Components.Prepend(DottedNames.PeftRoot)
            .FirstOrDefault(beginning => layer.StartsWith(beginning, StringComparison.Ordinal)) ?? "";
        return layer[beginning.Length..];
    }

    private static PeftSettings Read(string config)
    {
        try
        {
            return Parse(config, ConfigText.Read(config), isWhole: true);
        }
        catch (ModelFolderException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private static PeftSettings Parse(string where, string text, bool isWhole)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            RequireReadable(document.RootElement);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new PeftSettings(where, document.RootElement.Clone(), isWhole);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{where} is no valid JSON: {error.Message}", error);
        }
        throw new InvalidDataException($"{where} is no JSON object.");
    }

    // Texts are read when they are looked at; one with half a surrogate pair would fail then.
    private static void RequireReadable(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var entry in json.EnumerateObject())
                {
                    _ = entry.Name;
                    RequireReadable(entry.Value);
                }
                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
    }
}

/// <summary>What PEFT's settings say of one layer.</summary>
/// <param name="Alpha">The scale's numerator, or null.</param>
/// <param name="IsRankStabilized">Whether the scale is alpha / √rank (Kalajdzievski 2023), not alpha / rank.</param>
/// <param name="Rank">The rank, or null.</param>
/// <param name="RankSource">Where the rank is said, for the message.</param>
internal sealed record PeftLayer(float? Alpha, bool IsRankStabilized, float? Rank, string RankSource)
{
    /// <summary>The matrices with the alpha that the settings give them, or alpha = rank if they give none.</summary>
    /// <exception cref="ArgumentException">The matrices have another rank than the settings say.</exception>
    public LoraMatrices Scale(string layer, Tensor a, Tensor b, long rank)
    {
        if (Rank is { } expected && expected != rank)
            throw new ArgumentException($"{layer}: {RankSource} = {expected}, but the file's matrices A "
                + $"[{string.Join(", ", a.shape)}] and B [{string.Join(", ", b.shape)}] have rank {rank}: settings "
                + $"and file are not of one adapter.");
        if (Alpha is not { } alpha)
            return new LoraMatrices(a, b, rank);
        return new LoraMatrices(a, b, IsRankStabilized ? alpha * MathF.Sqrt(rank) : alpha);
    }
}
