using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Text;

namespace MLNet.SynthAugment.Diffusion.Tests.Text;

/// <summary>Ids against those of transformers' fast tokenizer, where that differs from OpenAI's, else OpenAI's.</summary>
public sealed class ClipTokenizerGoldenTests
{
    [SharedFact]
    public void Ids_agree()
    {
        var tokenizer = ClipTokenizer.FromFolder(SharedData.Golden("tokenizer"));
        using var golden = Golden();
        var wrong = golden.RootElement.GetProperty("strings").EnumerateArray()
            .Where(entry => !tokenizer.Encode(entry.GetProperty("text").GetString()!).SequenceEqual(Expected(entry)))
            .Select(entry => entry.GetProperty("text").GetString())
            .ToList();
        Assert.Empty(wrong);
    }

    [SharedTheory]
    [InlineData("<|endoftext|>", "sd1_pad_eos")]
    [InlineData("!", "sd2_pad_zero")]
    public void Padded_rows_agree(string padToken, string key)
    {
        var plain = ClipTokenizer.FromFolder(SharedData.Golden("tokenizer"));
        var tokenizer = new ClipTokenizer(plain.Vocabulary, plain.Merges, new ClipTokenizerOptions { PadToken = padToken });
        using var golden = Golden();
        var rows = golden.RootElement.GetProperty("padded").EnumerateArray().ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
            Assert.Equal(Numbers(row.GetProperty(key)), tokenizer.EncodePadded(row.GetProperty("text").GetString()!));
    }

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllText(SharedData.Golden("tokenizer", "tokens.json")));

    private static long[] Expected(JsonElement entry) =>
        Numbers(entry.TryGetProperty("hf_fast", out var fast) ? fast : entry.GetProperty("openai"));

    private static long[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt64())];
}
