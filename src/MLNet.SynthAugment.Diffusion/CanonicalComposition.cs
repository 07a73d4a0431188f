using ADRaffy.ENSNormalize;

namespace MLNet.SynthAugment.Diffusion;

/// <summary>
/// Unicode's normalisation form C (UAX 15). <see cref="string.Normalize()"/> needs the system's ICU and does nothing
/// where a program runs in globalisation-invariant mode; tokens and the names of classes must not depend on that.
/// </summary>
internal static class CanonicalComposition
{
    // Everything below is in form C and combines with nothing before it.
    private const char FirstCombining = '\u0300';

    /// <summary>The text in form C. A lone surrogate becomes U+FFFD if there is anything to normalise.</summary>
    internal static string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstCombining - 1)))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var codePoint in ENSNormalize.NF.NFC(text.EnumerateRunes().Select(rune => rune.Value)))
            result.Append(new Rune(codePoint).ToString());
        return result.ToString();
    }
}
