using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        catch (ArgumentException exception)
        {
            throw new ModelFolderException($"The tokenizer in {folder} cannot be used: {exception.Message}", exception);
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
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new ModelFolderException(
                $"{path} is not a JSON object of tokens and ids: {exception.Message}", exception);
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
