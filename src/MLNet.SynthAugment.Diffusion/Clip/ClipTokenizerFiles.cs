using MLNet.SynthAugment.Diffusion.Files;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>The files of a tokenizer folder.</summary>
internal static class ClipTokenizerFiles
{
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string ConfigFile = "tokenizer_config.json";
    private const string SpecialTokensFile = "special_tokens_map.json";
    private const string AddedTokensFile = "added_tokens.json";
    private const string AddedTokensKey = "added_tokens_decoder";

    // Some published files give 10^30 for "no limit".
    private const double LongestText = 65536;

    internal static ClipTokenizer Read(string folder)
    {
        var config = Json(Path.Combine(folder, ConfigFile));
        var parts = ReadParts(folder, config);
        var options = ReadOptions(folder, config);
        try
        {
            return new ClipTokenizer(parts, options);
        }
        catch (ArgumentException error)
        {
            throw new ModelFolderException($"The tokenizer in {folder} cannot be used: {error.Message}", error);
        }
    }

    internal static void Write(ClipTokenizer tokenizer, string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, VocabularyFile),
            JsonSerializer.Serialize(tokenizer.Vocabulary.OrderBy(entry => entry.Value).ToDictionary()));
        AtomicFile.WriteText(Path.Combine(folder, MergesFile),
            string.Join('\n', tokenizer.Merges.Select(pair => $"{pair.Left} {pair.Right}").Prepend("#version: 0.2"))
                + "\n");
        var tokens = new JsonObject
        {
            ["bos_token"] = tokenizer.Options.BeginToken,
            ["eos_token"] = tokenizer.Options.EndToken,
            ["pad_token"] = tokenizer.Options.PadToken,
            ["unk_token"] = tokenizer.Options.EndToken,
        };
        AtomicFile.WriteText(Path.Combine(folder, SpecialTokensFile), tokens.ToJsonString());
        if (tokenizer.AddedVocabulary.Count > 0)
            tokens[AddedTokensKey] = new JsonObject(tokenizer.AddedVocabulary.Select(token => KeyValuePair.Create(
                token.Value.ToString(CultureInfo.InvariantCulture),
                (JsonNode?)new JsonObject { ["content"] = token.Key, ["special"] = false })));
        tokens["tokenizer_class"] = "CLIPTokenizer";
        tokens["model_max_length"] = tokenizer.Options.ModelMaxLength;
        AtomicFile.WriteText(Path.Combine(folder, ConfigFile), tokens.ToJsonString());
    }

    /// <summary>From vocabulary and merges by themselves, or from the one file with both.</summary>
    private static TokenizerParts ReadParts(string folder, JsonObject config)
    {
        var (vocabulary, merges) = (Path.Combine(folder, VocabularyFile), Path.Combine(folder, MergesFile));
        var together = Path.Combine(folder, TokenizerJson.FileName);
        return File.Exists(together) && !(File.Exists(vocabulary) && File.Exists(merges))
            ? TokenizerJson.Read(together)
            : new TokenizerParts(ReadVocabulary(vocabulary), ReadMerges(merges), ReadAddedTokens(folder, config));
    }

    /// <summary>From a file of tokens and ids, or of newer versions from the config, which has them by id.</summary>
    private static Dictionary<string, long> ReadAddedTokens(string folder, JsonObject config)
    {
        var path = Path.Combine(folder, AddedTokensFile);
        var tokens = Json(path).ToDictionary(entry => entry.Key, entry => TokenizerJson.Id(entry.Value)
            ?? throw new ModelFolderException($"{path}: the id of the token '{entry.Key}' must be a whole number, 0 "
                + $"or above."));
        foreach (var (key, token) in config[AddedTokensKey] as JsonObject ?? [])
        {
            if (!long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || Text(token is JsonObject ? token["content"] : token) is not { } content)
                throw new ModelFolderException($"{Path.Combine(folder, ConfigFile)}: '{AddedTokensKey}' must hold "
                    + $"ids with the 'content' of a token each.");
            tokens[content] = id;
        }
        return tokens;
    }

    private static Dictionary<string, long> ReadVocabulary(string path)
    {
        try
        {
            var vocabulary = JsonSerializer.Deserialize<Dictionary<string, long>>(Contents(path)) ?? [];
            return vocabulary.Count > 0 && vocabulary.Values.Min() >= 0
                ? vocabulary
                : throw new ModelFolderException(
                    $"{path}: a vocabulary has at least one token, and ids are not negative.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new ModelFolderException(
                $"{path} is not a JSON object of tokens and ids: {error.Message}", error);
        }
    }

    private static List<(string Left, string Right)> ReadMerges(string path)
    {
        var merges = new List<(string, string)>();
        var lines = Contents(path).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || (i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw new ModelFolderException(
                    $"{path}, line {i + 1}: two tokens with a space between them are expected.");
            merges.Add((left, right));
        }
        return merges;
    }

    /// <summary>As in transformers, the map of special tokens goes before the config.</summary>
    private static ClipTokenizerOptions ReadOptions(string folder, JsonObject config)
    {
        var special = Json(Path.Combine(folder, SpecialTokensFile));
        var defaults = new ClipTokenizerOptions();
        var end = Token("eos_token", special, config) ?? defaults.EndToken;
        return new ClipTokenizerOptions
        {
            BeginToken = Token("bos_token", special, config) ?? defaults.BeginToken,
            EndToken = end,
            PadToken = Token("pad_token", special, config) ?? end,
            ModelMaxLength = config["model_max_length"] is JsonValue length
                && length.TryGetValue<double>(out var number) && number <= LongestText
                ? (int)number
                : defaults.ModelMaxLength,
        };
    }

    // A token is given as a text, or as an object with the text as its content.
    private static string? Token(string key, params JsonObject[] sources) => sources
        .Select(source => Text(source[key] is JsonObject token ? token["content"] : source[key]))
        .FirstOrDefault(text => text is not null);

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Json(string path) => File.Exists(path) ? ModelConfig.ReadObject(path) : [];

    private static string Contents(string path) => File.Exists(path)
        ? ConfigText.Read(path)
        : throw new ModelFolderException($"There is no {path}. A tokenizer folder holds {VocabularyFile} and "
            + $"{MergesFile}, or {TokenizerJson.FileName}.");
}

/// <summary>What the files of a byte-pair tokenizer hold.</summary>
/// <param name="Vocabulary">Ids of the tokens.</param>
/// <param name="Merges">Pairs of tokens to join, the earliest learnt first.</param>
/// <param name="AddedTokens">
/// Ids of tokens that are looked for before a text is cut into words; those of the vocabulary may be among them.
/// </param>
internal sealed record TokenizerParts(
    IReadOnlyDictionary<string, long> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyDictionary<string, long> AddedTokens);

/// <summary>
/// The <c>tokenizer.json</c> of the tokenizers library: vocabulary, merges and added tokens in one file, the only one
/// that transformers writes since version 5.
/// </summary>
internal static class TokenizerJson
{
    internal const string FileName = "tokenizer.json";

    private const string BytePairs = "BPE";

    /// <summary>Reads vocabulary, merges and the tokens beyond the vocabulary.</summary>
    /// <exception cref="ModelFolderException">
    /// It is missing, cannot be read, or is of another kind of tokenizer.
    /// </exception>
    internal static TokenizerParts Read(string path)
    {
        var json = ModelConfig.ReadObject(path);
        if (json["model"] is not JsonObject model)
            throw new ModelFolderException($"{path} has no 'model' with vocabulary and merges.");
        // Older files do not say the type.
        if (model["type"] is { } type && !IsText(type, BytePairs))
            throw new ModelFolderException($"{path} describes a tokenizer of type {type.ToJsonString()}; CLIP's is "
                + $"\"{BytePairs}\".");
        if (!IsText(model["end_of_word_suffix"], BytePairEncoder.EndOfWord))
            throw new ModelFolderException($"{path} describes no CLIP tokenizer: its 'end_of_word_suffix' is "
                + $"{model["end_of_word_suffix"]?.ToJsonString() ?? "null"}, not \"{BytePairEncoder.EndOfWord}\".");
        if (model["vocab"] is not JsonObject vocabulary || vocabulary.Count == 0)
            throw new ModelFolderException($"{path}: 'model.vocab' must be an object of tokens and ids.");
        if (model["merges"] is not JsonArray merges)
            throw new ModelFolderException($"{path}: 'model.merges' must be a list of pairs of tokens.");
        return new TokenizerParts(
            vocabulary.ToDictionary(entry => entry.Key, entry => Id(entry.Value) ?? throw new ModelFolderException(
                $"{path}: the id of the token '{entry.Key}' must be a whole number, 0 or above.")),
            [.. merges.Select((pair, i) => Pair(pair) ?? throw new ModelFolderException(
                $"{path}: model.merges[{i}] must be two tokens, in a list or with a space between them."))],
            AddedTokens(json["added_tokens"], path));
    }

    /// <summary>An id, or null if it is none.</summary>
    internal static long? Id(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var id) && id >= 0 ? id : null;

    private static Dictionary<string, long> AddedTokens(JsonNode? list, string path)
    {
        var tokens = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in list as JsonArray ?? [])
        {
            if (entry is not JsonObject token || Text(token["content"]) is not { } content
                || Id(token["id"]) is not { } id)
                throw new ModelFolderException($"{path}: each of 'added_tokens' must hold a 'content' and an 'id'.");
            tokens[content] = id;
        }
        return tokens;
    }

    // The library wrote "a b" until version 0.20, and ["a", "b"] since.
    private static (string Left, string Right)? Pair(JsonNode? node) => node switch
    {
        JsonArray { Count: 2 } pair when Text(pair[0]) is { Length: > 0 } left
            && Text(pair[1]) is { Length: > 0 } right => (left, right),
        JsonValue when Text(node)?.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] => (left, right),
        _ => null,
    };

    private static bool IsText(JsonNode? node, string text) => Text(node) == text;

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
