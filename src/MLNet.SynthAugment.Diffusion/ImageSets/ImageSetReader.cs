namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// An open folder or zip of images laid out as <c>&lt;class&gt;/*</c> or <c>&lt;split&gt;/&lt;class&gt;/*</c>, also
/// below wrapping folders. Class folders may be nested:
/// <c>Sanskrit/character07/x.png</c> is of class "Sanskrit character07". What is an image, the files' content says.
/// Links count once. Hidden files are passed over.
/// </summary>
public sealed class ImageSetReader : IDisposable
{
    private const int NamesShown = 10;

    private readonly ZipFiles? _zip;
    private readonly ImageSetLocation _location;
    private readonly string _path;

    private ImageSetReader(ImageSetLocation location)
    {
        _location = location;
        var isFolder = Directory.Exists(location.Path);
        _path = isFolder && HubCache.SnapshotOf(location.Path) is { } snapshot ? snapshot : location.Path;
        _zip = isFolder ? null : ZipFiles.Open(location.Path, location.ZipEncoding is null ? null
            : ZipNameDecoder.Named(location.ZipEncoding));
    }

    /// <summary>
    /// The image files in ordinal order of their paths, so that a class's images follow one another. They can be opened
    /// until the reader is disposed.
    /// </summary>
    public IReadOnlyList<ImageEntry> Entries { get; private set; } = [];

    /// <summary>
    /// The files and folders that no image comes from, with reasons. Files that are no images, such as texts, are not
    /// among them.
    /// </summary>
    public IReadOnlyList<LeftOutFile> LeftOut { get; private set; } = [];

    /// <summary>The paths of images that are in the set under another path too, by links.</summary>
    public IReadOnlyList<string> Repeated { get; private set; } = [];

    /// <summary>Sentences on what was found and needs no mending, such as links that are not followed.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>What was taken for splits and classes.</summary>
    public ImageSetLayout Layout { get; private set; } = new([], null, null);

    /// <summary>What was taken for split and class, in a sentence.</summary>
    public string Description => $"{_location.Path}: {DescribeSplits()}{DescribeClasses()}.";

    /// <summary>Opens a set.</summary>
    /// <param name="location">The folder or zip, and the split.</param>
    /// <param name="warn">Gets a sentence for what is left out; null for nobody.</param>
    /// <exception cref="InvalidDataException">The zip is damaged or a bomb; there is no such split, or one must be
    /// named; there is no image, or a class without any.</exception>
    /// <exception cref="ArgumentException">There is no such <see cref="ImageSetLocation.ZipEncoding"/>.</exception>
    public static ImageSetReader Open(ImageSetLocation location, Action<string>? warn = null) =>
        OpenExcept(_ => false, location, warn);

    private static ImageSetReader OpenExcept(Predicate<string> isExcluded, ImageSetLocation location,
        Action<string>? warn)
    {
        var reader = Survey(location);
        try
        {
            foreach (var sentence in LeftOutFile.Describe(reader.LeftOut.Where(file => !isExcluded(file.ClassName)))
                .Concat(reader.Notes))
                warn?.Invoke(sentence);
            reader.RequireImages(isExcluded);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The images of a set, for one walk over them.</summary>
    /// <inheritdoc cref="Open"/>
    public static IEnumerable<ImageEntry> Read(ImageSetLocation location, Action<string>? warn = null)
    {
        using var reader = Open(location, warn);
        foreach (var entry in reader.Entries)
            yield return entry;
    }

    /// <summary>The images of a set without some of its classes, for one walk over them.</summary>
    /// <param name="isExcluded">True for the names of classes to leave out.</param>
    /// <param name="location">The folder or zip, and the split.</param>
    /// <param name="warn">Gets a sentence for what is left out besides; null for nobody.</param>
    internal static IEnumerable<ImageEntry> ReadExcept(Predicate<string> isExcluded, ImageSetLocation location,
        Action<string>? warn)
    {
        using var reader = OpenExcept(isExcluded, location, warn);
        foreach (var entry in reader.Entries.Where(entry => !isExcluded(entry.ClassName)))
            yield return entry;
    }

    /// <summary>What is taken for splits and classes in a set.</summary>
    /// <param name="location">The folder or zip, and the split if one is named.</param>
    /// <exception cref="InvalidDataException">The zip is damaged or a bomb, there is no such split, or the folders can
    /// be read in two ways.</exception>
    public static ImageSetLayout LayoutOf(ImageSetLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        using var reader = new ImageSetReader(location);
        var files = reader.ListFiles();
        return new LayoutFinder(TreeOf(files, ImagesOf(files)), location).Find();
    }

    /// <summary>Opens a set in which classes may have no image.</summary>
    /// <inheritdoc cref="Open"/>
    public static ImageSetReader Survey(ImageSetLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        var reader = new ImageSetReader(location);
        try
        {
            reader.Fill();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is an image anywhere in the set, readable or not.</summary>
    internal bool HoldsImages { get; private set; }

    /// <summary>The classes of which files or folders are there but no image, with reasons.</summary>
    internal IReadOnlyList<(string ClassName, string Reason)> Vanished { get; private set; } = [];

    /// <summary>The classes that would be made of several folders, with a sentence that names these.</summary>
    internal IReadOnlyList<(string ClassName, string Sentence)> Merged { get; private set; } = [];

    /// <inheritdoc/>
    public void Dispose() => _zip?.Dispose();

    private SetFiles ListFiles() => _zip?.List() ?? FolderFiles.In(_path);

    private void Fill()
    {
        var files = ListFiles();
        var images = ImagesOf(files);
        var root = TreeOf(files, images);
        Layout = new LayoutFinder(root, _location).Find();
        if (Layout.ClassFolder is null)
        {
            var names = string.Join(", ", Layout.Splits.Select(split => split.Path));
            throw new InvalidDataException(
                $"{_location.Path} is divided into {names}: say which one to read, for example "
                + $"{_location.Path}:{Layout.Splits[0].Path}.");
        }
        var content = ImageSetContent.Of(files, images, Layout, isWhole: _location.Split is null
            || Layout.Split is not null, root);
        var ranks = ImageRanks.Read(_path, ImagePaths.FolderOf(Layout.Split?.Path ?? ""));
        Entries = [.. content.Entries.Select(image => image with { Rank = RankOf(image, ranks.ByPath) })];
        LeftOut = content.LeftOut;
        Repeated = content.Repeated;
        Vanished = [.. content.Vanished()];
        Merged = [.. content.Merged()];
        HoldsImages = images.Count > 0;
        Notes = [.. files.Notes, .. RepeatedNote(), .. ranks.Notes];
    }

    /// <summary>
    /// The images among the files, sorted by their paths, each with the reason why it cannot be read.
    /// </summary>
    private static List<(ImageFile File, string? Reason)> ImagesOf(SetFiles files)
    {
        var images = new List<(ImageFile, string?)>();
        foreach (var file in files.Files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            if (ImagePaths.IsArchive(file.Path))
                continue;
            if (ImageContent.IsImage(file, out var reason))
                images.Add((file, reason));
        }
        return images;
    }

    /// <summary>
    /// The folders by which splits and classes are found. Second paths to a folder say nothing of them
    /// (<c>latest</c>), unless a split or a folder would not be seen without.
    /// </summary>
    private static FolderNode TreeOf(SetFiles files, List<(ImageFile File, string? Reason)> images)
    {
        var seen = new HashSet<string>([""], StringComparer.Ordinal);
        foreach (var image in images.Where(image => !image.File.IsOfListed))
        {
            for (var folder = ImagePaths.FolderOf(image.File.Path); seen.Add(folder);)
                folder = ImagePaths.FolderOf(folder);
        }
        bool Counts(ImageFile file) => !file.IsOfListed || file.FolderLink is not { } link
            || link.Split('/').Any(part => SplitNames.PossibleRoleOf(part) is not null)
            || !seen.Contains(ImagePaths.FolderOf(link));
        return FolderNode.Of(images.Where(image => Counts(image.File)).Select(image => image.File.Path),
            files.Folders.Concat(files.Files.Where(Counts).Select(file => ImagePaths.FolderOf(file.Path))));
    }

    private int? RankOf(ImageEntry image, IReadOnlyDictionary<string, int> ranks) =>
        ranks.TryGetValue(image.Name, out var rank)
            || ranks.TryGetValue($"{Layout.Split?.Name}/{image.PathInClasses}", out rank) ? rank : null;

    private IEnumerable<string> RepeatedNote()
    {
        if (Repeated.Count > 0)
            yield return $"{Repeated.Count} {(Repeated.Count == 1 ? "path leads" : "paths lead")} by links to images "
                + $"that are in the set already, and each image counts once: "
                + string.Join(", ", Repeated.Take(NamesShown).Select(path => $"'{path}'"))
                    + (Repeated.Count > NamesShown ? ", …" : "") + ".";
    }

    private void RequireImages(Predicate<string> isExcluded)
    {
        var vanished = Vanished.Where(lost => !isExcluded(lost.ClassName)).ToList();
        if (vanished.Count > 0)
        {
            throw new InvalidDataException(
                $"{vanished.Count} {(vanished.Count == 1 ? "class" : "classes")} of {_location} would be lost without "
                + $"an image that can be read: "
                + string.Join("; ", vanished.Take(NamesShown).Select(lost => $"'{lost.ClassName}' ({lost.Reason})"))
                    + (vanished.Count > NamesShown ? "; …" : "")
                + ". Convert the images, put some there, or take the folders out of the set.");
        }
        var merged = Merged.Where(found => !isExcluded(found.ClassName)).Select(found => found.Sentence).ToList();
        if (merged.Count > 0)
            throw new InvalidDataException($"{_location}: {string.Join(' ', merged.Take(NamesShown))}");
        if (Entries.Count == 0)
        {
            throw new InvalidDataException(
                $"There is no image under {_location}; expected "
                + $"{(Layout.ClassFolder!.Length > 0 ? Layout.ClassFolder + "/" : "")}<class>/<image>. "
                + (LeftOut.Count == 0 ? "No folder holds images."
                    : string.Join(' ', LeftOutFile.Describe(LeftOut).Take(NamesShown))));
        }
    }

    private string Verb => Entries.Count <= 1 ? "is" : "are";

    private string DescribeSplits()
    {
        if (Layout.Split is not { } read)
            return Layout.ClassFolder is { Length: > 0 } folder
                ? $"no split is read; in '{folder}' {Verb} " : $"no splits; there {Verb} ";
        var others = Layout.Splits.Where(split => split != read).Select(split => $"'{split.Path}'").ToList();
        return $"the split '{read.Path}' is read{(others.Count > 0 ? $", not {string.Join(", ", others)}" : "")}; in "
            + $"'{read.ClassFolder}' {Verb} ";
    }

    private string DescribeClasses()
    {
        var classes = Entries.Select(entry => entry.ClassName).Distinct().ToList();
        if (classes.Count == 0)
            return "no image";
        return $"{Entries.Count} {(Entries.Count == 1 ? "image" : "images")} of "
            + $"{classes.Count} {(classes.Count == 1 ? "class" : "classes")}: "
            + $"{string.Join(", ", classes.Take(NamesShown))}{(classes.Count > NamesShown ? ", …" : "")}";
    }
}
