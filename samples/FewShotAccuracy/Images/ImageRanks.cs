using System.Globalization;

namespace FewShotAccuracy.Images;

/// <summary>Reads an index.csv (<c>split,class,file,rank,…</c>), which fixes the few-shot subset of a set: k shots are ranks 0 to k−1.</summary>
internal static class ImageRanks
{
    /// <returns>Rank by "split/class/file"; empty where there is no index file.</returns>
    /// <exception cref="InvalidDataException">The file lacks a column, or a rank is not a number.</exception>
    public static IReadOnlyDictionary<string, int> Read(string indexFile)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!File.Exists(indexFile))
            return ranks;
        using var lines = File.ReadLines(indexFile).GetEnumerator();
        var header = lines.MoveNext() ? lines.Current.Split(',') : [];
        var columns = new[] { "split", "class", "file", "rank" }.Select(name => Array.IndexOf(header, name)).ToArray();
        if (columns.Contains(-1))
            throw new InvalidDataException($"'{indexFile}' should begin with a line that names the columns split, class, file and rank.");
        for (var number = 2; lines.MoveNext(); number++)
        {
            var fields = lines.Current.Split(',');
            if (fields.Length < header.Length || !int.TryParse(fields[columns[3]], CultureInfo.InvariantCulture, out var rank))
                throw new InvalidDataException($"'{indexFile}', line {number}: expected {header.Length} fields with a number as rank, found '{lines.Current}'.");
            ranks[$"{fields[columns[0]]}/{fields[columns[1]]}/{fields[columns[2]]}"] = rank;
        }
        return ranks;
    }
}
