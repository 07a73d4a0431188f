using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

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
