using System.Text;

namespace MLNet.SynthAugment.Diffusion.Clip;

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
