namespace MLNet.SynthAugment.Diffusion.Weights.Namings;

/// <summary>
/// The names that published autoencoders of Stable Diffusion 1.x and 2.x use in the middle attention.
/// </summary>
internal sealed class OldAttentionNaming : WeightNaming
{
    private const string Attention = ".mid_block.attentions.0.";

    private static readonly (string Old, string New)[] s_parts =
    [
        ("query.", "to_q."),
        ("key.", "to_k."),
        ("value.", "to_v."),
        ("proj_attn.", "to_out.0."),
    ];

    internal override bool Recognises(IReadOnlyCollection<string> names) =>
        names.Any(name => Array.Exists(s_parts, part => name.Contains(Attention + part.Old, StringComparison.Ordinal)));

    internal override WeightSource SourceOf(string parameter, IReadOnlyCollection<string> names)
    {
        foreach (var (old, modern) in s_parts)
        {
            var name = parameter.Replace(Attention + modern, Attention + old, StringComparison.Ordinal);
            if (name != parameter && names.Contains(name))
                return new WeightSource(name);
        }
        return new WeightSource(parameter);
    }
}
