using System.Text;

namespace MLNet.SynthAugment.Diffusion.Unicode;

/// <summary>
/// Unicode's normalisation form C (UAX 15). <see cref="string.Normalize()"/> does nothing where the program runs in
/// globalisation-invariant mode, and tokens must not depend on that.
/// </summary>
internal static class CanonicalComposition
{
    // Everything below is in form C and combines with nothing before it.
    private const char FirstCombining = '\u0300';

    // Hangul syllables are computed (Unicode standard, section 3.12).
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, SyllableCount =
        LeadCount * VowelCount * TrailCount;

    internal static string Normalize(string text)
    {
        if (text.All(character => character < FirstCombining))
            return text;
        var codePoints = new List<int>();
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, codePoints);
        Order(codePoints);
        Compose(codePoints);
        var result = new StringBuilder(text.Length);
        foreach (var codePoint in codePoints)
            result.Append(new Rune(codePoint).ToString());
        return result.ToString();
    }

    private static void Decompose(int codePoint, List<int> result)
    {
        var syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            result.Add(LeadBase + syllable / (VowelCount * TrailCount));
            result.Add(VowelBase + syllable % (VowelCount * TrailCount) / TrailCount);
            if (syllable % TrailCount != 0)
                result.Add(TrailBase + syllable % TrailCount);
        }
        else if (CanonicalData.Decomposition(codePoint) is { } parts)
        {
            foreach (var part in parts)
                Decompose(part, result);
        }
        else
        {
            result.Add(codePoint);
        }
    }

    /// <summary>Sorts every run of combining marks by class, keeping the order of equal ones.</summary>
    private static void Order(List<int> codePoints)
    {
        for (var start = 0; start < codePoints.Count; start++)
        {
            var end = start;
            while (end < codePoints.Count && CanonicalData.CombiningClass(codePoints[end]) != 0)
                end++;
            if (end - start < 2)
                continue;
            var sorted = codePoints.GetRange(start, end - start).OrderBy(CanonicalData.CombiningClass).ToList();
            for (var i = 0; i < sorted.Count; i++)
                codePoints[start + i] = sorted[i];
            start = end - 1;
        }
    }

    /// <summary>
    /// Joins each mark with the last starter before it, unless another mark stands between them and blocks it.
    /// </summary>
    private static void Compose(List<int> codePoints)
    {
        var starter = -1;
        var lastClass = 0;
        var kept = 0;
        foreach (var codePoint in codePoints.ToArray())
        {
            var combiningClass = CanonicalData.CombiningClass(codePoint);
            var blocked = starter < 0 || (kept - 1 != starter && lastClass >= combiningClass);
            if (!blocked && Join(codePoints[starter], codePoint) is { } joined)
            {
                codePoints[starter] = joined;
                continue;
            }
            if (combiningClass == 0)
                starter = kept;
            lastClass = combiningClass;
            codePoints[kept++] = codePoint;
        }
        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }

    private static int? Join(int first, int second)
    {
        var (lead, vowel, trail) = (first - LeadBase, second - VowelBase, second - TrailBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
            return SyllableBase + (lead * VowelCount + vowel) * TrailCount;
        var syllable = first - SyllableBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
            return first + trail;
        return CanonicalData.Composition(first, second);
    }
}
