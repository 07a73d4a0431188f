using System.IO.Compression;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// An open folder or zip of images laid out as <c>&lt;class&gt;/*</c> or <c>&lt;split&gt;/&lt;class&gt;/*</c>. Class folders may be nested:
/// <c>Sanskrit/character07/x.png</c> is of class "Sanskrit character07". Hidden files are passed over.
/// </summary>
public sealed class ImageSetReader : IDisposable
{
    private const int NamesShown = 10;

    private static readonly HashSet<string> s_splitNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "train", "training", "val", "valid", "validation", "test", "testing", "pretrain",
    };

    private readonly ZipArchive? _zip;

    private ImageSetReader(ImageSetLocation location, Action<string> warn)
    {
        _zip = Directory.Exists(location.Path) ? null : ZipFiles.Open(location.Path);
        try
        {
            var ranks = ImageRanks.Read(location.Path, warn);
            Entries = [.. Select(location, ListFiles(location.Path, warn), warn)
                .Select(image => image with { Rank = ranks.TryGetValue(image.Name, out var rank) ? rank : null })];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The image files in ordinal order of their paths, so that a class's images follow one another. They can be opened until the reader is disposed.</summary>
    public IReadOnlyList<ImageEntry> Entries { get; }

    /// <summary>Opens a set.</summary>
    /// <param name="location">The folder or zip, and the split.</param>
    /// <param name="warn">Gets a sentence for what is left out; null for nobody.</param>
    /// <exception cref="InvalidDataException">The zip is damaged or a bomb, there is no such split, or no image.</exception>
    public static ImageSetReader Open(ImageSetLocation location, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(location);
        return new ImageSetReader(location, warn ?? (_ => { }));
    }

    /// <summary>The images of a set, for one walk over them.</summary>
    /// <inheritdoc cref="Open"/>
    public static IEnumerable<ImageEntry> Read(ImageSetLocation location, Action<string>? warn = null)
    {
        using var reader = Open(location, warn);
        foreach (var entry in reader.Entries)
            yield return entry;
    }

    /// <summary>The names of the top-level folders that hold images, in ordinal order: splits, or classes.</summary>
    /// <param name="path">A folder or a zip file.</param>
    /// <exception cref="InvalidDataException">The file is no zip, or a bomb.</exception>
    public static IReadOnlyList<string> TopFolders(string path)
    {
        using var zip = Directory.Exists(path) ? null : ZipFiles.Open(path);
        var files = zip is null ? FolderFiles.In(path) : ZipFiles.In(zip, _ => { });
        return TopFolders(files.Select(file => file.Path).Where(IsVisibleImage));
    }

    /// <inheritdoc/>
    public void Dispose() => _zip?.Dispose();

    private List<ImageFile> ListFiles(string path, Action<string> warn) => [.. _zip is null ? FolderFiles.In(path) : ZipFiles.In(_zip, warn)];

    private static List<ImageEntry> Select(ImageSetLocation location, List<ImageFile> files, Action<string> warn)
    {
        var prefix = location.Split is null ? "" : location.Split + "/";
        var images = files.Where(file => IsVisibleImage(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        var inSplit = images.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var chosen = inSplit
            .Select(file => new ImageEntry(ImagePaths.ClassOf(file.Path[prefix.Length..]), file.Path, file.Length, file.Open) { PackedLength = file.PackedLength })
            .Where(entry => entry.ClassName.Length > 0)
            .ToList();
        foreach (var archive in files.Where(file => ImagePaths.IsArchive(file.Path) && !ImagePaths.IsHidden(file.Path)))
            warn($"'{archive.Path}' in {location.Path} is an archive and is not looked into: unpack it first.");
        if (inSplit.Count > chosen.Count)
            warn($"{inSplit.Count - chosen.Count} images of {location} lie in no class folder and are left out.");
        RequireImages(location, prefix, chosen, TopFolders(images.Select(file => file.Path)));
        return chosen;
    }

    private static void RequireImages(ImageSetLocation location, string prefix, List<ImageEntry> chosen, List<string> folders)
    {
        if (chosen.Count == 0)
        {
            throw new InvalidDataException($"There is no image under {location}; expected {prefix}<class>/<image>. "
                + (folders.Count == 0 ? "No folder holds images." : $"Folders with images: {string.Join(", ", folders.Take(NamesShown))}."));
        }
        if (location.Split is null && folders.All(s_splitNames.Contains))
            throw new InvalidDataException($"{location.Path} is divided into {string.Join(", ", folders)}: say which one to read, for example {location.Path}:{folders[0]}.");
    }

    private static bool IsVisibleImage(string path) => ImagePaths.IsImage(path) && !ImagePaths.IsHidden(path);

    private static List<string> TopFolders(IEnumerable<string> paths) =>
        [.. paths.Select(ImagePaths.TopFolder).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
