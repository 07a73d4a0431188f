using System.Text;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Joins the bytes of a word to tokens (Sennrich et al. 2016): always the pair that was learnt first, the leftmost of
/// equal ones. Takes n log n steps for n bytes, since a text may come from anywhere.
/// </summary>
internal sealed class BytePairEncoder
{
    internal const string EndOfWord = "</w>";

    private const int None = -1;
    private readonly Dictionary<(string Left, string Right), int> ranks = [];

    /// <param name="merges">The pairs, the earliest learnt first; the first of equal ones counts.</param>
    internal BytePairEncoder(IReadOnlyList<(string Left, string Right)> merges)
    {
        for (var rank = 0; rank < merges.Count; rank++)
            ranks.TryAdd(merges[rank], rank);
    }

    internal IEnumerable<string> Encode(string word)
    {
        var symbols = Encoding.UTF8.GetBytes(word).Select(value => ByteAlphabet.Characters[value].ToString()).ToArray();
        symbols[^1] += EndOfWord;
        var next = Enumerable.Range(1, symbols.Length).Select(i => i < symbols.Length ? i : None).ToArray();
        var previous = Enumerable.Range(None, symbols.Length).ToArray();
        var queue = new PriorityQueue<(int Position, string Left, string Right), (int Rank, int Position)>();

        void Enqueue(int position)
        {
            if (position != None && next[position] is var right and not None
                && ranks.TryGetValue((symbols[position], symbols[right]), out var rank))
                queue.Enqueue((position, symbols[position], symbols[right]), (rank, position));
        }

        for (var position = 0; position < symbols.Length; position++)
            Enqueue(position);
        while (queue.TryDequeue(out var pair, out _))
        {
            var (position, left, right) = pair;
            // The pair may have been joined with a neighbour since.
            if (symbols[position] != left || next[position] is not (var joined and not None)
                || symbols[joined] != right)
                continue;
            symbols[position] = left + right;
            symbols[joined] = "";
            next[position] = next[joined];
            if (next[position] != None)
                previous[next[position]] = position;
            Enqueue(previous[position]);
            Enqueue(position);
        }
        return symbols.Where(symbol => symbol.Length > 0);
    }
}
