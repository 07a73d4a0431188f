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

/// <summary>
/// The printable character that stands for each byte in a byte-level vocabulary (Radford et al. 2019): printable
/// Latin-1 bytes stand for themselves, the others for the code points from 256 on.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The characters by byte value.</summary>
    internal static IReadOnlyList<char> Characters { get; } = Create();

    private static char[] Create()
    {
        var next = (char)256;
        var characters = new char[256];
        for (var value = 0; value < characters.Length; value++)
            characters[value] = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF)
                ? (char)value : next++;
        return characters;
    }
}

/// <summary>Ids back to text.</summary>
internal sealed class ClipTokenDecoder
{
    private static readonly Dictionary<char, byte> s_bytes =
        ByteAlphabet.Characters.Select((character, value) => (character, value))
        .ToDictionary(entry => entry.character, entry => (byte)entry.value);

    private readonly Dictionary<long, string> _tokens = [];
    private readonly Func<long, string?> _added;

    /// <param name="vocabulary">Tokens and their ids.</param>
    /// <param name="added">Gives the text of an id beyond the vocabulary, or null.</param>
    internal ClipTokenDecoder(IReadOnlyDictionary<string, long> vocabulary, Func<long, string?> added)
    {
        _added = added;
        foreach (var (token, id) in vocabulary)
            _tokens.TryAdd(id, token);
    }

    internal string Decode(ReadOnlySpan<long> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            if (!_tokens.TryGetValue(id, out var token))
            {
                if (_added(id) is { } added)
                    bytes.AddRange(Encoding.UTF8.GetBytes(added + " "));
                continue;
            }
            var endsWord = token.EndsWith(BytePairEncoder.EndOfWord, StringComparison.Ordinal);
            bytes.AddRange((endsWord ? token[..^BytePairEncoder.EndOfWord.Length] : token).Select(
                character => s_bytes.GetValueOrDefault(character, (byte)'?')));
            if (endsWord)
                bytes.Add((byte)' ');
        }
        return Encoding.UTF8.GetString([.. bytes]).TrimEnd();
    }
}
