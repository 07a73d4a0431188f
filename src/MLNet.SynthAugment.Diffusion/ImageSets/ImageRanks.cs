using System.Globalization;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Reads an <c>index.csv</c> (<c>split,class,file,rank,…</c>), which fixes the few-shot subset of a set: k shots are
/// ranks 0 to k−1.
/// </summary>
internal static class ImageRanks
{
    private const string FileName = "index.csv";

    private static readonly string[] s_columns = ["split", "class", "file", "rank"];

    /// <summary>Reads the index in a set's folder, in the folder of its splits, or beside its zip file.</summary>
    /// <param name="setPath">The folder or zip.</param>
    /// <param name="level">The path in the folder in which the splits lie.</param>
    /// <returns>Rank by "split/class/file", empty where there is no index, and a sentence where it is another kind of
    /// one.</returns>
    /// <exception cref="InvalidDataException">A line is too short, or its rank is no number.</exception>
    public static (IReadOnlyDictionary<string, int> ByPath, IReadOnlyList<string> Notes) Read(string setPath,
        string level)
    {
        string[] places = Directory.Exists(setPath)
            ? [Path.Combine(setPath, FileName), Path.Combine(setPath, level, FileName)]
            : [Path.Combine(Path.GetDirectoryName(Path.GetFullPath(setPath))!, FileName)];
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        if (places.FirstOrDefault(File.Exists) is not { } file)
            return (ranks, []);
        using var lines = File.ReadLines(file).GetEnumerator();
        var header = lines.MoveNext() ? lines.Current.Split(',') : [];
        var columns = s_columns.Select(name => Array.IndexOf(header, name)).ToArray();
        if (columns.Contains(-1))
            return (ranks, [$"'{file}' is not used: its first line does not name the columns "
                + $"{string.Join(", ", s_columns)}."]);
        for (var number = 2; lines.MoveNext(); number++)
        {
            var fields = lines.Current.Split(',');
            if (fields.Length < header.Length
                || !int.TryParse(fields[columns[3]], CultureInfo.InvariantCulture, out var rank))
                throw new InvalidDataException(
                    $"'{file}', line {number}: expected {header.Length} fields with a number as rank, found "
                        + $"'{lines.Current}'.");
            ranks[$"{fields[columns[0]]}/{fields[columns[1]]}/{fields[columns[2]]}"] = rank;
        }
        return (ranks, []);
    }
}
