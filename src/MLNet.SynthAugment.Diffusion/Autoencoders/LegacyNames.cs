namespace MLNet.SynthAugment.Diffusion.Autoencoders;

/// <summary>
/// The names that published autoencoders of Stable Diffusion 1.x and 2.x use in the middle attention.
/// </summary>
internal static class LegacyNames
{
    private const string Attention = ".mid_block.attentions.0.";

    private static readonly (string Old, string New)[] Parts =
    [
        ("query.", "to_q."),
        ("key.", "to_k."),
        ("value.", "to_v."),
        ("proj_attn.", "to_out.0."),
    ];

    internal static string Modernize(string name)
    {
        var start = name.IndexOf(Attention, StringComparison.Ordinal);
        if (start < 0)
            return name;
        var layer = start + Attention.Length;
        foreach (var (old, modern) in Parts)
        {
            if (name.AsSpan(layer).StartsWith(old, StringComparison.Ordinal))
                return string.Concat(name.AsSpan(0, layer), modern, name.AsSpan(layer + old.Length));
        }
        return name;
    }
}
