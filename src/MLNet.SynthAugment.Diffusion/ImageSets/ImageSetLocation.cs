namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>Where labelled images are: a folder or a zip file, and which of its splits to read.</summary>
/// <param name="Path">A folder or a <c>.zip</c> file.</param>
/// <param name="Split">
/// A split's name, such as <c>train</c>, or the path of a folder in the set; <c>.</c> and <c>folder/.</c> say that the
/// folders right there are classes, whatever
/// they are called. Null where the set is not divided.
/// </param>
public sealed record ImageSetLocation(string Path, string? Split = null)
{
    /// <summary>
    /// The encoding of names in a zip that does not state it: a code page's name or number, such as <c>shift_jis</c> or
    /// <c>850</c>; null to find it out.
    /// </summary>
    public string? ZipEncoding { get; init; }

    /// <summary>Reads <c>PATH</c> or <c>PATH:split</c>.</summary>
    /// <param name="text">For example <c>omniglot.zip:pretrain</c>.</param>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that path.</exception>
    public static ImageSetLocation Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (Exists(text))
            return new ImageSetLocation(text);
        // The last colon, so that "C:\images:train" works too.
        var colon = text.LastIndexOf(':');
        if (colon > 0 && colon < text.Length - 1 && Exists(text[..colon]))
            return new ImageSetLocation(text[..colon], text[(colon + 1)..]);
        throw new FileNotFoundException(
            $"There is no image folder or zip file '{text}'. Give PATH or PATH:split, for example images.zip:train.");
    }

    /// <inheritdoc/>
    public override string ToString() => Split is null ? Path : $"{Path}:{Split}";

    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path);
}

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
