using System.Collections.Immutable;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// Tokens that are looked for in a text before it is cut into words: the special ones, and placeholder tokens while
/// their embeddings are active. Safe for use by several threads.
/// </summary>
internal sealed class AddedTokens
{
    private ImmutableDictionary<string, long[]> _ids =
        ImmutableDictionary.Create<string, long[]>(StringComparer.Ordinal);

    /// <summary>Adds a token.</summary>
    /// <param name="token">The token as it stands in a cleaned text.</param>
    /// <param name="ids">The ids that it becomes.</param>
    /// <returns>Whether there was no such token yet.</returns>
    public bool Add(string token, long[] ids) => ImmutableInterlocked.TryAdd(ref _ids, token, ids);

    public void Remove(string token) => ImmutableInterlocked.TryRemove(ref _ids, token, out _);

    /// <summary>The first of these tokens in a text, and the longest of those that start there.</summary>
    /// <returns>Start and text of the token, and its ids; the text's end and nothing if there is none.</returns>
    public (int Start, string Token, long[] Ids) Next(string text, int from)
    {
        (int Start, string Token, long[] Ids) found = (text.Length, "", []);
        foreach (var (token, ids) in _ids)
        {
            var start = text.IndexOf(token, from, StringComparison.Ordinal);
            if (start >= 0 && (start < found.Start || (start == found.Start && token.Length > found.Token.Length)))
                found = (start, token, ids);
        }
        return found;
    }

    /// <summary>The token whose ids begin with this one, or null.</summary>
    public string? Find(long id) => _ids.FirstOrDefault(entry => entry.Value[0] == id).Key;
}
