namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>What the files of a byte-pair tokenizer hold.</summary>
/// <param name="Vocabulary">Ids of the tokens.</param>
/// <param name="Merges">Pairs of tokens to join, the earliest learnt first.</param>
/// <param name="AddedTokens">
/// Ids of tokens that are looked for before a text is cut into words; those of the vocabulary may be among them.
/// </param>
internal sealed record TokenizerParts(
    IReadOnlyDictionary<string, long> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyDictionary<string, long> AddedTokens);
