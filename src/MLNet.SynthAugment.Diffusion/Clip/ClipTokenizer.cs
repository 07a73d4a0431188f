using System.Collections.Concurrent;
using System.Collections.Immutable;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// CLIP's byte-pair tokenizer (Radford et al. 2021). Ids equal those of transformers' fast CLIP tokenizer. Safe for use
/// by several threads.
/// </summary>
public sealed class ClipTokenizer
{
    private readonly Dictionary<string, long> vocabulary;
    private readonly IReadOnlyList<(string Left, string Right)> merges;
    private readonly BytePairEncoder encoder;
    private readonly AddedTokens addedTokens = new();
    private readonly Lazy<ClipTokenDecoder> decoder;
    private readonly WordCache words = new();

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="vocabulary">Ids of the tokens, 0 or above.</param>
    /// <param name="merges">Pairs of tokens to join, the earliest learnt first.</param>
    /// <param name="options">The special tokens; those of Stable Diffusion 1.x if null.</param>
    /// <exception cref="ArgumentException">A special token is not in the vocabulary, or the length leaves no room for a
    /// token.</exception>
    public ClipTokenizer(IReadOnlyDictionary<string, long> vocabulary,
        IReadOnlyList<(string Left, string Right)> merges, ClipTokenizerOptions? options = null)
        : this(new TokenizerParts(vocabulary, merges, new Dictionary<string, long>()),
            options ?? new ClipTokenizerOptions())
    {
    }

    internal ClipTokenizer(TokenizerParts parts, ClipTokenizerOptions options)
    {
        vocabulary = new Dictionary<string, long>(parts.Vocabulary, StringComparer.Ordinal);
        merges = parts.Merges;
        // Tokens of the vocabulary stay what they are, although a file may list them once more, such as "!" for
        // padding.
        AddedVocabulary = parts.AddedTokens.Where(token => token.Key.Length > 0 && !vocabulary.ContainsKey(token.Key))
            .ToDictionary(StringComparer.Ordinal);
        Options = options;
        if (Options.ModelMaxLength < 3)
            throw new ArgumentException(
                $"model_max_length is {Options.ModelMaxLength}, which leaves no room for a token between begin and "
                    + "end token.", nameof(options));
        encoder = new BytePairEncoder(merges);
        BeginId = IdOf(Options.BeginToken);
        EndId = IdOf(Options.EndToken);
        PadId = IdOf(Options.PadToken);
        addedTokens.Add(Options.BeginToken, [BeginId]);
        addedTokens.Add(Options.EndToken, [EndId]);
        foreach (var (token, id) in AddedVocabulary)
            addedTokens.Add(TextSplitter.Clean(token), [id]);
        decoder = new Lazy<ClipTokenDecoder>(() => new ClipTokenDecoder(this.vocabulary, addedTokens.Find));
    }

    /// <summary>The special tokens.</summary>
    public ClipTokenizerOptions Options { get; }

    /// <summary>Id of the token at the begin of a text.</summary>
    public long BeginId { get; }

    /// <summary>Id of the token at the end of a text.</summary>
    public long EndId { get; }

    /// <summary>Id of the token that fills short texts up.</summary>
    public long PadId { get; }

    /// <summary>One more than the greatest id.</summary>
    public long VocabularySize => vocabulary.Values.Concat(AddedVocabulary.Values).Max() + 1;

    internal IReadOnlyDictionary<string, long> Vocabulary => vocabulary;

    /// <summary>Tokens beyond the vocabulary that were added to the tokenizer after its training.</summary>
    internal IReadOnlyDictionary<string, long> AddedVocabulary { get; }

    internal IReadOnlyList<(string Left, string Right)> Merges => merges;

    /// <summary>
    /// Reads <c>vocab.json</c> and <c>merges.txt</c>, or <c>tokenizer.json</c> alone; and, if they are there,
    /// <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c>.
    /// </summary>
    /// <param name="folder">The tokenizer's folder.</param>
    /// <exception cref="Weights.ModelFolderException">A file is missing or cannot be used; the message names
    /// it.</exception>
    public static ClipTokenizer FromFolder(string folder) => ClipTokenizerFiles.Read(folder);

    /// <summary>Writes the four files.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    public void Save(string folder) => ClipTokenizerFiles.Write(this, folder);

    /// <summary>Turns a text into ids, without begin and end token.</summary>
    /// <param name="text">The text.</param>
    public long[] Encode(string text)
    {
        var ids = new List<long>();
        var cleaned = TextSplitter.Clean(text);
        for (var position = 0; position < cleaned.Length;)
        {
            var (start, added, addedIds) = addedTokens.Next(cleaned, position);
            foreach (var word in TextSplitter.Words(cleaned[position..start]))
                ids.AddRange(words.GetOrAdd(word, EncodeWord));
            ids.AddRange(addedIds);
            position = start + added.Length;
        }
        return [.. ids];
    }

    /// <summary>Turns a text into a row for the text encoder: begin token, ids, end token, padding.</summary>
    /// <param name="text">The text; what does not fit is cut off.</param>
    /// <returns><see cref="ClipTokenizerOptions.ModelMaxLength"/> ids.</returns>
    public long[] EncodePadded(string text) => EncodePadded(text, out _);

    /// <summary>The same, which also says what was cut off.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cut">What does not fit, as text; empty if all fits.</param>
    /// <returns><see cref="ClipTokenizerOptions.ModelMaxLength"/> ids.</returns>
    public long[] EncodePadded(string text, out string cut)
    {
        var row = new long[Options.ModelMaxLength];
        Array.Fill(row, PadId);
        var ids = Encode(text);
        var count = Math.Min(ids.Length, row.Length - 2);
        row[0] = BeginId;
        ids.AsSpan(0, count).CopyTo(row.AsSpan(1));
        row[count + 1] = EndId;
        cut = count < ids.Length ? Decode(ids.AsSpan(count)) : "";
        return row;
    }

    /// <summary>Turns ids back into a text, in lower case and with one space after each word.</summary>
    /// <param name="ids">Ids; those that are not in the vocabulary are passed over.</param>
    public string Decode(ReadOnlySpan<long> ids) => decoder.Value.Decode(ids);

    /// <summary>Lets texts use a token that is not in the vocabulary, until it is removed.</summary>
    /// <param name="token">The token; case does not matter.</param>
    /// <param name="ids">The ids it becomes, from <see cref="ClipTextModel.TokenVectors"/>.</param>
    /// <exception cref="ArgumentException">Texts know the token already.</exception>
    internal void AddToken(string token, long[] ids)
    {
        var cleaned = TextSplitter.Clean(token);
        if (vocabulary.ContainsKey(cleaned) || vocabulary.ContainsKey(cleaned + BytePairEncoder.EndOfWord)
            || !addedTokens.Add(cleaned, ids))
            throw new ArgumentException(
                $"The tokenizer knows '{token}' already: choose another name for the placeholder token, such as "
                    + $"<{token.Trim('<', '>')}-1>.", nameof(token));
    }

    internal void RemoveToken(string token) => addedTokens.Remove(TextSplitter.Clean(token));

    private long[] EncodeWord(string word) =>
        [.. encoder.Encode(word).Select(token => vocabulary.GetValueOrDefault(token, EndId))];

    private long IdOf(string token) =>
        vocabulary.TryGetValue(token, out var id) || AddedVocabulary.TryGetValue(token, out id)
        ? id
        : throw new ArgumentException($"The special token '{token}' is not in the vocabulary.");

    /// <summary>Checks that a text encoder takes what a tokenizer gives.</summary>
    internal void RequireFit(ClipTextConfig text, string encoder)
    {
        if (VocabularySize > text.VocabSize)
            throw new ModelFolderException(
                $"The tokenizer has ids up to {VocabularySize - 1}, but the {encoder} knows only {text.VocabSize} "
                    + "tokens.");
        if (Options.ModelMaxLength > text.MaxPositionEmbeddings)
            throw new ModelFolderException(
                $"The tokenizer pads to {Options.ModelMaxLength} tokens, but the {encoder} takes "
                    + $"{text.MaxPositionEmbeddings}.");
    }
}

/// <summary>The special tokens of a CLIP tokenizer. Defaults are those of Stable Diffusion 1.x.</summary>
public sealed record ClipTokenizerOptions
{
    /// <summary>Token at the begin of every text.</summary>
    public string BeginToken { get; init; } = "<|startoftext|>";

    /// <summary>Token at the end of every text; it stands for what is unknown, too.</summary>
    public string EndToken { get; init; } = "<|endoftext|>";

    /// <summary>
    /// Token that fills short texts up: the end token in Stable Diffusion 1.x, <c>!</c> (id 0) in 2.x.
    /// </summary>
    public string PadToken { get; init; } = "<|endoftext|>";

    /// <summary>Length of a padded text with begin and end token.</summary>
    public int ModelMaxLength { get; init; } = 77;
}

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
