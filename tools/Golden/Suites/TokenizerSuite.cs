namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// CLIP's tokenizer: ids as transformers' fast tokenizer gives them (<c>hf_fast</c>), which are OpenAI's
/// (<c>openai</c>) for most strings, and padded rows.
/// </summary>
internal sealed class TokenizerSuite : IGoldenSuite
{
    private const string Vocabulary = "vocab.json";
    private const string Merges = "merges.txt";

    // What stands in a row's key for Stable Diffusion 1.x and 2.x, and the token that pads there.
    private static readonly (string Key, string PadToken)[] s_paddings =
        [("sd1_pad_eos", "<|endoftext|>"), ("sd2_pad_zero", "!")];

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (!folder.Has(Vocabulary) || !folder.Has(Merges))
            yield break;
        foreach (var (file, _, strings) in folder.JsonLists("strings"))
            yield return new GoldenCase("ids", [Vocabulary, Merges, file], checks => CheckIds(folder, strings, checks));
        foreach (var (file, _, rows) in folder.JsonLists("padded"))
        {
            foreach (var (key, padToken) in s_paddings)
            {
                if (rows.Any(row => row.TryGetProperty(key, out _)))
                    yield return new GoldenCase(
                        key, [Vocabulary, Merges, file], checks => CheckPadding(folder, rows, key, padToken, checks));
            }
        }
    }

    private static void CheckIds(GoldenFolder folder, IReadOnlyList<JsonElement> strings, GoldenChecks checks)
    {
        var tokenizer = ClipTokenizer.FromFolder(folder.FullPath);
        foreach (var entry in strings)
        {
            var expected = entry.TryGetProperty("hf_fast", out var fast) ? fast : entry.Field("openai");
            checks.Equal($"'{entry.Text("text")}'", expected.Integers(), [.. tokenizer.Encode(entry.Text("text"))]);
        }
    }

    private static void CheckPadding(
        GoldenFolder folder, IReadOnlyList<JsonElement> rows, string key, string padToken, GoldenChecks checks)
    {
        var plain = ClipTokenizer.FromFolder(folder.FullPath);
        var tokenizer = new ClipTokenizer(
            plain.Vocabulary, plain.Merges, new ClipTokenizerOptions { PadToken = padToken });
        foreach (var row in rows)
            checks.Equal($"'{row.Text("text")}'", row.Field(key).Integers(),
                [.. tokenizer.EncodePadded(row.Text("text"))]);
    }
}
