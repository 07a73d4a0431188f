using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>The images of a set by its layout, and all that is none of them.</summary>
internal sealed class ImageSetContent
{
    private const string OutsideOfClasses = "it lies in no class folder";
    private const string OfLinks = "its images are ";
    private const string NoImage = "no image lies in this folder";
    private const string NoImageInSplit = "no image lies in this split";
    private const string Archive = "it is an archive and is not looked into: unpack it first";

    private readonly string _classFolder;
    private readonly HashSet<string> _splits;
    private readonly List<ImageEntry> _entries = [];
    private readonly List<LeftOutFile> _leftOut = [];
    private readonly List<(string Path, string Reason)> _repeated = [];
    private readonly Dictionary<string, HashSet<string>> _foldersOfClasses = new(StringComparer.Ordinal);

    private ImageSetContent(SetFiles files, List<(ImageFile File, string? Reason)> images, ImageSetLayout layout,
        bool isWhole, FolderNode root)
    {
        _classFolder = layout.ClassFolder!;
        _splits = [.. layout.Splits.Where(split => split != layout.Split).Select(split => split.Path)];
        var first = FirstPaths(images.Select(image => image.File), layout);
        foreach (var (file, reason) in images.Where(image => !IsOfOtherSplit(image.File.Path)))
        {
            var below = ImagePaths.Below(_classFolder, file.Path);
            if (below is null && !isWhole)
                continue;
            var counted = first[file.Identity];
            if (counted != file && file.IsOfListed)
                _repeated.Add((file.Path, WhyRepeated(file, counted)));
            else if (below is null || ImagePaths.ClassOf(below) is not { Length: > 0 } className)
                _leftOut.Add(new LeftOutFile("", file.Path, OutsideOfClasses));
            else if (counted != file)
                _repeated.Add((file.Path, WhyRepeated(file, counted)));
            else if (reason is not null)
                _leftOut.Add(new LeftOutFile(className, file.Path, reason));
            else
            {
                _entries.Add(new ImageEntry(className, file.Path, file.Length,
                    file.Open)
                { PackedLength = file.PackedLength, PathInClasses = below });
                if (!_foldersOfClasses.TryGetValue(className, out var folders))
                    _foldersOfClasses[className] = folders = new HashSet<string>(StringComparer.Ordinal);
                folders.Add(ImagePaths.FolderOf(file.Path));
            }
        }
        var archives = files.Files.Select(file => file.Path)
            .Where(path => ImagePaths.IsArchive(path) && !IsOfOtherSplit(path)).ToList();
        _leftOut.AddRange(archives.Select(path => new LeftOutFile("", path, Archive)));
        _leftOut.AddRange(files.LeftOut.Where(file => !IsOfOtherSplit(file.Name))
            .Select(file => file with { ClassName = ClassOfLeftOut(file) }));
        // A folder of archives is told with them.
        _leftOut.AddRange((root.Find(_classFolder)?.Empty() ?? []).Select(folder => folder.Path)
            .Where(folder => !archives.Exists(path => ImagePaths.Below(folder, path) is not null))
            .Select(folder => new LeftOutFile(ImagePaths.ClassOfFolder(ImagePaths.Below(_classFolder, folder)!),
                folder, NoImage)));
        _leftOut.AddRange(EmptySplits(layout, root).Where(split =>
            !_leftOut.Exists(file => ImagePaths.Below(split, file.Name) is not null))
            .Select(split => new LeftOutFile("", split, NoImageInSplit)).ToList());
    }

    /// <summary>The images, sorted by their paths.</summary>
    public IReadOnlyList<ImageEntry> Entries => _entries;

    /// <summary>What no image comes from.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut => _leftOut;

    /// <summary>The paths of images that are in the set under another path too.</summary>
    public IReadOnlyList<string> Repeated => [.. _repeated.Select(image => image.Path)];

    /// <summary>Sorts the files of a set.</summary>
    /// <param name="files">What the set holds.</param>
    /// <param name="images">Its images, sorted by their paths, each with the reason why it cannot be read.</param>
    /// <param name="layout">The layout, with a class folder.</param>
    /// <param name="isWhole">Whether images outside of splits and class folders belong to what is asked for.</param>
    /// <param name="root">The set's folders.</param>
    public static ImageSetContent Of(SetFiles files, List<(ImageFile File, string? Reason)> images,
        ImageSetLayout layout, bool isWhole, FolderNode root) =>
        new(files, images, layout, isWhole, root);

    /// <summary>
    /// The classes of which files or folders are there but no image is left, with what is known of them.
    /// </summary>
    public IEnumerable<(string ClassName, string Reason)> Vanished()
    {
        var there = _entries.Select(entry => entry.ClassName).ToHashSet();
        var lost = _leftOut.Where(file => file.ClassName.Length > 0).Select(file => (file.ClassName, file.Reason))
            .Concat(_repeated.Select(image => (ClassName: ClassOf(image.Path) ?? "", image.Reason))
                .Where(image => image.ClassName.Length > 0));
        return lost.Where(file => !there.Contains(file.ClassName)).GroupBy(file => file.ClassName)
            .Select(group => (group.Key,
                string.Join("; ", group.CountBy(file => file.Reason)
                .Select(reason => reason.Value == 1 || IsOfLinks(reason.Key)
                    ? reason.Key : $"{reason.Value} times: {reason.Key}"))));
    }

    /// <summary>The classes that would be made of several folders, with a sentence that names these.</summary>
    public IEnumerable<(string ClassName, string Sentence)> Merged() =>
        _foldersOfClasses.Where(found => found.Value.Count > 1).Select(found => (found.Key,
            $"Class '{found.Key}' would be made of {found.Value.Count} folders: "
            + string.Join(", ", found.Value.Order(StringComparer.Ordinal).Select(folder => $"'{folder}'"))
            + ". Rename all but one of them."));

    // Such a reason is of all images of the class.
    private static bool IsOfLinks(string reason) => reason.StartsWith(OfLinks, StringComparison.Ordinal);

    // Folders beside the splits that are named like one and hold nothing.
    private static IEnumerable<string> EmptySplits(ImageSetLayout layout, FolderNode root)
    {
        if (layout.Splits.Count == 0
            || root.Find(ImagePaths.FolderOf(layout.Splits[0].Path))?.Children.ToList() is not { } folders)
            return [];
        var roles = SplitNames.Among(folders.Select(folder => folder.Name));
        return folders.Where(folder => folder.AllImages == 0 && roles.ContainsKey(folder.Name))
            .Select(folder => folder.Path);
    }

    private static string WhyRepeated(ImageFile file, ImageFile counted)
    {
        var place = ImagePaths.FolderOf(counted.Path);
        return OfLinks + ((file.FolderLink, counted.FolderLink) switch
        {
            ({ } link, _) => $"links to those of other classes or splits: '{link}' leads to the images of '{place}'",
            (null, { } link) => $"those of other classes or splits: '{link}' leads to them as '{place}'",
            _ => file.IsLinked ? "links to those of other classes or splits"
                : $"those of other classes or splits: links in '{place}' lead to them",
        });
    }

    private bool IsOfOtherSplit(string path) => _splits.Any(split => ImagePaths.Below(split, path) is not null);

    // A link that should lead to a class folder looks like a file.
    private string ClassOfLeftOut(LeftOutFile file) =>
        !ImagePaths.LeadsOut(file.Name) && ClassOf(file.Name) is { } className
        ? className.Length == 0 && file.Reason == FolderFiles.LeadsNowhere && !Path.HasExtension(file.Name)
            ? ImagePaths.ClassOfFolder(ImagePaths.Below(_classFolder, file.Name)!) : className
        : "";

    private string? ClassOf(string path) =>
        ImagePaths.Below(_classFolder, path) is { } below ? ImagePaths.ClassOf(below) : null;

    /// <summary>
    /// For each file the path by which it counts: in the splits before others, for testing before learning, and
    /// under its own path before a link's.
    /// </summary>
    private Dictionary<string, ImageFile> FirstPaths(IEnumerable<ImageFile> files, ImageSetLayout layout)
    {
        var first = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        foreach (var file in files.OrderBy(file => Order(file.Path, layout)).ThenBy(file => file.IsLinked)
            .ThenBy(file => file.IsOfListed).ThenBy(file => file.Path, StringComparer.Ordinal))
            first.TryAdd(file.Identity, file);
        return first;
    }

    private int Order(string path, ImageSetLayout layout)
    {
        const int last = 10;
        if (layout.Splits.FirstOrDefault(split => ImagePaths.Below(split.ClassFolder, path) is not null) is { } found)
            return found.Role switch { SplitRole.Test => 0, SplitRole.Validation => 1, _ => 2 };
        return string.IsNullOrEmpty(ClassOf(path)) ? last : 2;
    }
}

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
        using var records = Csv.Read(file, File.ReadAllText(file)).GetEnumerator();
        string[] header = records.MoveNext() ? [.. records.Current.Fields] : [];
        var columns = s_columns.Select(name => Array.IndexOf(header, name)).ToArray();
        if (columns.Contains(-1))
            return (ranks, [$"'{file}' is not used: its first line does not name the columns "
                + $"{string.Join(", ", s_columns)}."]);
        while (records.MoveNext())
        {
            var (number, fields) = records.Current;
            if (fields.Count < header.Length
                || !int.TryParse(fields[columns[3]], CultureInfo.InvariantCulture, out var rank))
                throw new InvalidDataException(
                    $"'{file}', line {number}: expected {header.Length} fields with a number as rank, found "
                        + $"'{string.Join(',', fields)}'.");
            ranks[$"{fields[columns[0]]}/{fields[columns[1]]}/{fields[columns[2]]}"] = rank;
        }
        return (ranks, []);
    }
}
