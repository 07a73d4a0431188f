using System.Text.Json.Nodes;
using MLNet.SynthAugment.Diffusion.Clip;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Models;

/// <summary>Rewrites folders as transformers 5 writes them.</summary>
internal static class TransformersFiveFolder
{
    /// <summary>
    /// Puts <c>tokenizer.json</c> in the place of all files but the config, which loses its added tokens.
    /// </summary>
    public static void RewriteTokenizer(string folder, bool pairsAsText = false, params (string Token, long Id)[] added)
    {
        var tokenizer = ClipTokenizer.FromFolder(folder);
        var options = tokenizer.Options;
        (string Token, long Id)[] tokens =
            [(options.BeginToken, tokenizer.BeginId), (options.EndToken, tokenizer.EndId), .. added];
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["added_tokens"] = new JsonArray([.. tokens.Select(token =>
                new JsonObject { ["id"] = token.Id, ["content"] = token.Token, ["special"] = true })]),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = tokenizer.Options.EndToken,
                ["end_of_word_suffix"] = "</w>",
                ["vocab"] = new JsonObject(tokenizer.Vocabulary
                    .Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value))),
                ["merges"] = new JsonArray([.. tokenizer.Merges.Select(pair =>
                    pairsAsText ? (JsonNode)$"{pair.Left} {pair.Right}" : new JsonArray(pair.Left, pair.Right))]),
            },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json.ToJsonString());
        foreach (var old in new[] { "vocab.json", "merges.txt", "special_tokens_map.json" })
            File.Delete(Path.Combine(folder, old));
        var config = Path.Combine(folder, "tokenizer_config.json");
        var settings = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        settings["backend"] = "tokenizers";
        settings["tokenizer_class"] = "TokenizersBackend";
        settings["extra_special_tokens"] = new JsonArray([.. added.Select(token => JsonValue.Create(token.Token))]);
        File.WriteAllText(config, settings.ToJsonString());
    }

    /// <summary>Takes the tower out of the weights' names.</summary>
    public static void FlattenWeights(string folder, string tower)
    {
        var path = Path.Combine(folder, "model.safetensors");
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using (var file = SafetensorsFile.Open(path))
            tensors = file.Tensors.Keys.ToDictionary(
                name => name.StartsWith(tower, StringComparison.Ordinal) ? name[tower.Length..] : name,
                name => file.Read(name));
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var config = Path.Combine(folder, "config.json");
        var settings = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        settings["dtype"] = "float32";
        settings["transformers_version"] = "5.9.0";
        File.WriteAllText(config, settings.ToJsonString());
    }

    /// <summary>Puts the image processor into the file of the whole processor.</summary>
    public static void RewriteImageProcessor(string folder)
    {
        var old = Path.Combine(folder, "preprocessor_config.json");
        var part = JsonNode.Parse(File.ReadAllText(old));
        var whole = new JsonObject { ["image_processor"] = part, ["processor_class"] = "CLIPProcessor" };
        File.WriteAllText(Path.Combine(folder, "processor_config.json"), whole.ToJsonString());
        File.Delete(old);
    }
}
