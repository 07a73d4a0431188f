using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Exports;

/// <summary>
/// Names for folders and files out of labels, which may hold anything: as they are where that is safe everywhere, and
/// unique.
/// </summary>
internal static class FolderNames
{
    // Of 255 bytes, which most file systems allow, when each character takes four.
    private const int LongestName = 60;

    // Names of devices on Windows, whatever follows a dot.
    private static readonly HashSet<string> s_reserved =
        new(["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A name for each label. Names that a file system could take for the same (by case or by composition of accents)
    /// differ by a hash.
    /// </summary>
    public static IReadOnlyDictionary<string, string> For(IEnumerable<string> labels)
    {
        var names = labels.Distinct().ToDictionary(label => label, Clean);
        var asTheyAre = names.Where(found => found.Key == found.Value)
            .CountBy(found => found.Value, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(StringComparer.OrdinalIgnoreCase);
        return names.ToDictionary(found => found.Key, found => found.Key == found.Value && asTheyAre[found.Value] == 1
            ? found.Value
            : $"{found.Value}-{FileNames.Hash(found.Key)[..8]}".TrimStart('-'));
    }

    // Letters and digits of any script, spaces, "-", "_" and inner dots.
    private static string Clean(string label)
    {
        var name = new StringBuilder();
        foreach (var rune in label.EnumerateRunes().Take(LongestName))
            name.Append(Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(
                    rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                    || rune.Value is ' ' or '-' or '_' or '.' ? rune.ToString() : "_");
        var cleaned = CanonicalComposition.Normalize(name.ToString()).Trim(' ', '.');
        return s_reserved.Contains(cleaned.Split('.')[0]) ? "_" + cleaned : cleaned;
    }
}
