using System.Collections.Concurrent;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The ids of words seen before; prompts are made of few different words. Safe for use by several threads.
/// </summary>
internal sealed class WordCache
{
    // Bounds for texts that come from anywhere.
    private const int MostWords = 1 << 16;
    private const int LongestWord = 64;

    private readonly ConcurrentDictionary<string, long[]> _ids = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The ids of a word, computed if need be. The array must not be changed.</summary>
    internal long[] GetOrAdd(string word, Func<string, long[]> encode)
    {
        if (_ids.TryGetValue(word, out var known))
            return known;
        var ids = encode(word);
        // Counting all words of a ConcurrentDictionary locks it, so they are counted here.
        if (word.Length <= LongestWord && _count < MostWords && _ids.TryAdd(word, ids))
            Interlocked.Increment(ref _count);
        return ids;
    }
}
