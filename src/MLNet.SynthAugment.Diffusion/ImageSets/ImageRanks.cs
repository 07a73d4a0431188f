using System.Globalization;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>Reads an <c>index.csv</c> (<c>split,class,file,rank,…</c>), which fixes the few-shot subset of a set: k shots are ranks 0 to k−1.</summary>
internal static class ImageRanks
{
    private const string FileName = "index.csv";

    private static readonly string[] s_columns = ["split", "class", "file", "rank"];

    /// <summary>Reads the index in a set's folder, or beside its zip file.</summary>
    /// <returns>Rank by "split/class/file"; empty where there is no index, or another kind of one.</returns>
    /// <exception cref="InvalidDataException">A line is too short, or its rank is no number.</exception>
    public static IReadOnlyDictionary<string, int> Read(string setPath, Action<string> warn)
    {
        var folder = Directory.Exists(setPath) ? setPath : Path.GetDirectoryName(Path.GetFullPath(setPath))!;
        var file = Path.Combine(folder, FileName);
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!File.Exists(file))
            return ranks;
        using var lines = File.ReadLines(file).GetEnumerator();
        var header = lines.MoveNext() ? lines.Current.Split(',') : [];
        var columns = s_columns.Select(name => Array.IndexOf(header, name)).ToArray();
        if (columns.Contains(-1))
        {
            warn($"'{file}' is not used: its first line does not name the columns {string.Join(", ", s_columns)}.");
            return ranks;
        }
        for (var number = 2; lines.MoveNext(); number++)
        {
            var fields = lines.Current.Split(',');
            if (fields.Length < header.Length || !int.TryParse(fields[columns[3]], CultureInfo.InvariantCulture, out var rank))
                throw new InvalidDataException($"'{file}', line {number}: expected {header.Length} fields with a number as rank, found '{lines.Current}'.");
            ranks[$"{fields[columns[0]]}/{fields[columns[1]]}/{fields[columns[2]]}"] = rank;
        }
        return ranks;
    }
}
