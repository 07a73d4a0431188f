namespace MLNet.SynthAugment.Diffusion.Clip;

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
