namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// A data set as Hugging Face's cache keeps it: files under <c>blobs</c>, and their names as links under
/// <c>snapshots/&lt;revision&gt;</c>.
/// </summary>
internal static class HubCache
{
    private const string Snapshots = "snapshots";
    private const string Blobs = "blobs";

    /// <summary>The folder with the files' names, or null if the folder is no such cache.</summary>
    /// <exception cref="InvalidDataException">There are several revisions, and none is <c>main</c>.</exception>
    public static string? SnapshotOf(string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, Snapshots)) || !Directory.Exists(Path.Combine(folder, Blobs)))
            return null;
        var main = Path.Combine(folder, "refs", "main");
        if (File.Exists(main) && Path.Combine(folder, Snapshots, File.ReadAllText(main).Trim()) is var snapshot
            && Directory.Exists(snapshot))
            return snapshot;
        var all = Directory.GetDirectories(Path.Combine(folder, Snapshots));
        return all.Length switch
        {
            0 => null,
            1 => all[0],
            _ => throw new InvalidDataException(
                $"'{folder}' is Hugging Face's cache of {all.Length} revisions: name the folder of one of them, for "
                + $"example '{all.Order(StringComparer.Ordinal).First()}'."),
        };
    }
}
