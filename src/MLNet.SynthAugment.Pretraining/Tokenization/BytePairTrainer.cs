using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.SynthAugment.Pretraining.Tokenization;

/// <summary>
/// Learns a byte-pair vocabulary (Sennrich et al. 2016) in CLIP's form: all 256 bytes, inside a word and at its end,
/// then merges learnt from texts, then the begin and end tokens. Any text can be encoded, words of the texts briefly.
/// </summary>
internal static partial class BytePairTrainer
{
    private const string EndOfWord = "</w>";

    private const string BeginToken = "<|startoftext|>";
    private const string EndToken = "<|endoftext|>";

    /// <summary>
    /// Learns a vocabulary; its last two ids begin and end a text, and the last one also fills it up.
    /// </summary>
    /// <param name="texts">Texts as they will be used in prompts; letter case does not matter.</param>
    /// <param name="maxTokens">Greatest size of the vocabulary, at least 514.</param>
    /// <param name="maxTextTokens">Number of tokens to which a text is cut and filled up.</param>
    public static ClipTokenizer Train(IEnumerable<string> texts, int maxTokens, int maxTextTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, (2 * ByteAlphabet.Characters.Count) + 2);
        var words = texts
            .SelectMany(text => WordPattern().Matches(text.ToLowerInvariant()).Select(match => match.Value))
            .GroupBy(word => word)
            .Select(group => (Symbols: Spell(group.Key), Count: group.Count()))
            .ToList();
        var symbols = ByteAlphabet.Characters.Select(c => c.ToString()).ToList();
        var tokens = symbols.Concat(symbols.Select(symbol => symbol + EndOfWord)).ToList();
        var merges = new List<(string Left, string Right)>();
        while (tokens.Count + 2 < maxTokens && MostFrequentPair(words) is { } pair)
        {
            merges.Add(pair);
            tokens.Add(pair.Left + pair.Right);
            foreach (var (spelling, _) in words)
                Merge(spelling, pair);
        }
        var ids = tokens.Append(BeginToken).Append(EndToken).Select((token, id) => (token, id))
            .ToDictionary(entry => entry.token, entry => (long)entry.id);
        return new ClipTokenizer(
            ids, merges, new ClipTokenizerOptions { ModelMaxLength = maxTextTokens, PadToken = EndToken });
    }

    private static List<string> Spell(string word)
    {
        var symbols = Encoding.UTF8.GetBytes(word).Select(value => ByteAlphabet.Characters[value].ToString()).ToList();
        symbols[^1] += EndOfWord;
        return symbols;
    }

    private static (string Left, string Right)? MostFrequentPair(List<(List<string> Symbols, int Count)> words)
    {
        var counts = new Dictionary<(string Left, string Right), int>();
        foreach (var (symbols, count) in words)
        {
            for (var i = 1; i < symbols.Count; i++)
                counts[(symbols[i - 1], symbols[i])] = counts.GetValueOrDefault((symbols[i - 1], symbols[i])) + count;
        }
        // Equal counts are decided by spelling, so that the same texts give the same vocabulary everywhere.
        return counts.Count == 0 ? null : counts
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key.Left, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Right, StringComparer.Ordinal)
            .First().Key;
    }

    private static void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] != pair.Left || symbols[i + 1] != pair.Right)
                continue;
            symbols[i] += symbols[i + 1];
            symbols.RemoveAt(i + 1);
        }
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")]
    private static partial Regex WordPattern();
}
