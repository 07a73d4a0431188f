namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// The files of a folder. Links are followed. A link to a folder that is in the set already gives its files a second
/// path; one that leads in a circle, or to what holds the set, leads nowhere new. Hidden files and folders are passed
/// over.
/// </summary>
public sealed class FolderFiles
{
    /// <summary>Why a broken link is left out.</summary>
    public const string LeadsNowhere = "the link leads nowhere";

    private const int NamesShown = 5;

    private readonly string _root;
    private readonly string _realRoot;
    private readonly List<ImageFile> _files = [];
    private readonly List<string> _folders = [];
    private readonly List<LeftOutFile> _leftOut = [];
    private readonly List<string> _known = [];
    private readonly HashSet<string> _walked = new(StringComparer.Ordinal);
    private readonly PriorityQueue<FolderLink, string> _links = new(StringComparer.Ordinal);

    private FolderFiles(string root)
    {
        _root = Path.GetFullPath(root);
        _realRoot = RealPaths.Of(_root) ?? _root;
    }

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static SetFiles In(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        return new FolderFiles(folder).List();
    }

    private SetFiles List()
    {
        Walk("", _realRoot, null);
        // Links after all that lies in the set itself, so that a file counts under its own path.
        while (_links.TryDequeue(out var link, out _))
        {
            // A link to a folder above the set would walk through the set again, and through all that lies beside it.
            var leadsBack = RealPaths.IsInside(_realRoot, link.Target)
                || (_walked.Contains(link.Target) && (link.IsOfListed || RealPaths.IsInside(link.Place, link.Target)));
            if (leadsBack)
                _known.Add(link.Path);
            else
                Walk(link.Path, link.Target, link);
        }
        string[] notes = _known.Count == 0 ? [] :
        [
            $"{_known.Count} {(_known.Count == 1 ? "link leads" : "links lead")} to folders that are in the set "
                + $"already or hold it, and {(_known.Count == 1 ? "is" : "are")} not followed: "
                + string.Join(", ", _known.Take(NamesShown).Select(path => $"'{path}'"))
                    + (_known.Count > NamesShown ? ", …" : "") + ".",
        ];
        return new SetFiles(_files, _folders, _leftOut, notes);
    }

    /// <param name="start">The folder's path in the set; empty for the set itself.</param>
    /// <param name="realStart">Where it really is.</param>
    /// <param name="link">The link by which it was reached; null for the set itself.</param>
    private void Walk(string start, string realStart, FolderLink? link)
    {
        // No recursion: folders may be nested as deep as a file system allows.
        var open = new Stack<(string Path, string Real)>([(start, realStart)]);
        while (open.TryPop(out var folder))
        {
            var isListed = !_walked.Add(folder.Real);
            if (isListed && (link is null || RealPaths.IsInside(link.Place, folder.Real)))
            {
                _known.Add(folder.Path);
                continue;
            }
            if (folder.Path.Length > 0 && !isListed)
                _folders.Add(folder.Path);
            foreach (var item in Items(folder.Path, folder.Real))
            {
                var path = folder.Path.Length == 0 ? item.Name : $"{folder.Path}/{item.Name}";
                if (ImagePaths.IsHiddenName(item.Name))
                    continue;
                // Items have no full name where it would be too long.
                var real = Path.Join(folder.Real, item.Name);
                try
                {
                    if (item.LinkTarget is not null)
                        Follow(path, real, folder.Real, link, isListed);
                    else if (item is DirectoryInfo)
                        open.Push((path, real));
                    else
                        Add(path, real, link, isListed, isLink: false);
                }
                // Files come and go while a folder is listed.
                catch (Exception error) when (error is UnauthorizedAccessException or IOException)
                {
                    _leftOut.Add(new LeftOutFile("", path, Describe(error)));
                }
            }
        }
    }

    private List<FileSystemInfo> Items(string path, string real)
    {
        try
        {
            return [.. new DirectoryInfo(real).EnumerateFileSystemInfos()
                .OrderBy(item => item.Name, StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            _leftOut.Add(new LeftOutFile("", path, $"this folder cannot be listed: {error.Message.TrimEnd('.')}"));
            return [];
        }
    }

    private void Follow(string path, string item, string place, FolderLink? link, bool isListed)
    {
        if (RealPaths.Of(item) is not { } target)
            _leftOut.Add(new LeftOutFile("", path, LeadsNowhere));
        else if (Directory.Exists(target))
            // What a test split links to is of that split, so that its links come first.
            _links.Enqueue(new FolderLink(path, target, place, isListed), $"{OrderOf(path)} {path}");
        else
            Add(path, target, link, isListed, isLink: true);
    }

    private static int OrderOf(string path) => path.Split('/').Min(part => SplitNames.PossibleRoleOf(part) switch
    {
        SplitRole.Test => 0,
        SplitRole.Validation => 1,
        _ => 2,
    });

    private void Add(string path, string real, FolderLink? link, bool isListed, bool isLink)
    {
        var length = new FileInfo(real).Length;
        // Pipes and devices have no length, and opening a pipe waits for ever.
        _files.Add(new ImageFile(path, length, length, length == 0 ? () => Stream.Null : () =>
            File.OpenRead(real))
        { Identity = real, IsLinked = isLink || link is not null, FolderLink = link?.Path, IsOfListed = isListed });
    }

    private static string Describe(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it went away while the folder was listed",
        PathTooLongException => "its path is too long",
        UnauthorizedAccessException => "it may not be looked at",
        _ => $"it cannot be looked at: {error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}",
    };

    /// <param name="Path">The link's path in the set.</param>
    /// <param name="Target">The folder to which it really leads.</param>
    /// <param name="Place">The folder in which it really lies.</param>
    /// <param name="IsOfListed">Whether that folder is listed under another path too.</param>
    private sealed record FolderLink(string Path, string Target, string Place, bool IsOfListed);
}

/// <summary>Paths without links in them, by which a file is known however it is reached.</summary>
internal static class RealPaths
{
    // As Linux allows; more is a circle.
    private const int MaxLinks = 40;

    /// <summary>The path with every link in it followed.</summary>
    /// <param name="path">A full path.</param>
    /// <returns>Null where a link leads nowhere or in a circle.</returns>
    public static string? Of(string path)
    {
        var left = MaxLinks;
        return Resolve(path, ref left) is { } real && (File.Exists(real) || Directory.Exists(real)) ? real : null;
    }

    /// <summary>Whether a folder is another one or lies inside it. Both are real paths.</summary>
    public static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder
            + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? Resolve(string path, ref int left)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        if (Resolve(parent, ref left) is not { } realParent)
            return null;
        var real = Path.Combine(realParent, Path.GetFileName(path));
        if (new FileInfo(real).LinkTarget is not { } target)
            return real;
        return left-- > 0 ? Resolve(Path.GetFullPath(target, realParent), ref left) : null;
    }
}
