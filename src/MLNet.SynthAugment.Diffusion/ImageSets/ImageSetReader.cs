using System.IO.Compression;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Lists the images of a folder or zip laid out as <c>&lt;class&gt;/*</c> or <c>&lt;split&gt;/&lt;class&gt;/*</c>. Class folders
/// may be nested: <c>Sanskrit/character07/x.png</c> is of class "Sanskrit character07".
/// </summary>
public static class ImageSetReader
{
    private static readonly HashSet<string> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff",
    };

    private static readonly HashSet<string> s_splitNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "train", "training", "val", "valid", "validation", "test", "testing", "pretrain",
    };

    /// <summary>
    /// The image files in ordinal order of their paths, so that a class's images follow one another. The images
    /// themselves are opened one at a time by whoever walks the list.
    /// </summary>
    /// <exception cref="InvalidDataException">The zip is damaged, there is no such split, or no image.</exception>
    public static IEnumerable<ImageEntry> Read(ImageSetLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Directory.Exists(location.Path) ? ReadFolder(location) : ReadZip(location);
    }

    private static IEnumerable<ImageEntry> ReadFolder(ImageSetLocation location)
    {
        var paths = Directory.EnumerateFiles(location.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(location.Path, file).Replace('\\', '/'));
        foreach (var (path, className) in Select(location, paths.Keys))
        {
            var file = paths[path];
            yield return new ImageEntry(className, path, new FileInfo(file).Length, () => File.OpenRead(file));
        }
    }

    private static IEnumerable<ImageEntry> ReadZip(ImageSetLocation location)
    {
        using var zip = OpenZip(location.Path);
        // Of two entries with the same path the first counts.
        var entries = new Dictionary<string, ZipArchiveEntry>();
        foreach (var entry in zip.Entries)
            entries.TryAdd(entry.FullName.Replace('\\', '/'), entry);
        foreach (var (path, className) in Select(location, entries.Keys))
        {
            var entry = entries[path];
            yield return new ImageEntry(className, path, entry.Length, entry.Open);
        }
    }

    private static ZipArchive OpenZip(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path} is neither a folder nor a readable zip file: {e.Message}", e);
        }
    }

    private static List<(string Path, string ClassName)> Select(ImageSetLocation location, IEnumerable<string> paths)
    {
        var prefix = location.Split is null ? "" : location.Split + "/";
        var images = paths.Where(path => s_extensions.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal).ToList();
        var chosen = images
            .Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
            .Select(path => (Path: path, ClassName: ClassNameOf(path[prefix.Length..])))
            .Where(image => image.ClassName.Length > 0)
            .ToList();
        var folders = images.Where(path => path.Contains('/')).Select(path => path[..path.IndexOf('/')]).Distinct().ToList();
        if (chosen.Count == 0)
            throw new InvalidDataException($"There is no image under {location}; expected {prefix}<class>/<image>. Folders with images: {string.Join(", ", folders.Take(10))}.");
        if (location.Split is null && folders.All(s_splitNames.Contains))
            throw new InvalidDataException($"{location.Path} is divided into {string.Join(", ", folders)}: say which one to read, for example {location.Path}:{folders[0]}.");
        return chosen;
    }

    private static string ClassNameOf(string path) =>
        string.Join(' ', path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(1));
}
