using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Pretraining.Tokenization;

/// <summary>A learnt vocabulary.</summary>
/// <param name="Tokens">All tokens in the order of their ids; the last two begin and end a text.</param>
/// <param name="Merges">Pairs of tokens to join, the earliest learnt first.</param>
internal sealed record BytePairVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the tokenizer folder of a Hugging Face model.</summary>
    /// <param name="folder">The folder; it is made.</param>
    /// <param name="maxLength">Number of tokens to which texts are cut and filled up.</param>
    public void Save(string folder, int maxLength)
    {
        Directory.CreateDirectory(folder);
        var ids = Tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
        AtomicFile.WriteText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(ids, s_json));
        var lines = Merges.Select(merge => $"{merge.Left} {merge.Right}").Prepend("#version: 0.2");
        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), string.Join('\n', lines) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "special_tokens_map.json"), JsonSerializer.Serialize(SpecialTokens(), s_json));
        var config = SpecialTokens();
        config["tokenizer_class"] = "CLIPTokenizer";
        config["model_max_length"] = maxLength;
        config["do_lower_case"] = true;
        config["add_prefix_space"] = false;
        config["errors"] = "replace";
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(config, s_json));
    }

    private static Dictionary<string, object> SpecialTokens() => new()
    {
        ["bos_token"] = BytePairTrainer.BeginToken,
        ["eos_token"] = BytePairTrainer.EndToken,
        ["unk_token"] = BytePairTrainer.EndToken,
        ["pad_token"] = BytePairTrainer.EndToken,
    };
}
