namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// The files of a folder. Links are followed, but nothing is walked twice: a link to a folder that is in the set
/// already, or that holds the set,
/// leads nowhere new. Hidden files and folders are passed over.
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
    private readonly Queue<(string Path, string Target)> _links = new();

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
        Walk("", _realRoot, isLinked: false);
        // Links after all that lies in the set itself, so that a file counts under its own path.
        while (_links.TryDequeue(out var link))
        {
            // A link to a folder above the set would walk through the set again, and through all that lies beside it.
            if (_walked.Contains(link.Target) || RealPaths.IsInside(_realRoot, link.Target))
                _known.Add(link.Path);
            else
                Walk(link.Path, link.Target, isLinked: true);
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
    /// <param name="isLinked">Whether it was reached by a link.</param>
    private void Walk(string start, string realStart, bool isLinked)
    {
        // No recursion: folders may be nested as deep as a file system allows.
        var open = new Stack<(string Path, string Real)>([(start, realStart)]);
        while (open.TryPop(out var folder))
        {
            if (!_walked.Add(folder.Real))
            {
                _known.Add(folder.Path);
                continue;
            }
            if (folder.Path.Length > 0)
                _folders.Add(folder.Path);
            foreach (var item in Items(folder.Path, folder.Real))
            {
                var path = folder.Path.Length == 0 ? item.Name : $"{folder.Path}/{item.Name}";
                if (ImagePaths.IsHiddenName(item.Name))
                    continue;
                if (item.LinkTarget is not null)
                    Follow(path, item.FullName);
                else if (item is DirectoryInfo)
                    open.Push((path, item.FullName));
                else
                    Add(path, item.FullName, isLinked);
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

    private void Follow(string path, string link)
    {
        if (RealPaths.Of(link) is not { } target)
            _leftOut.Add(new LeftOutFile("", path, LeadsNowhere));
        else if (Directory.Exists(target))
            _links.Enqueue((path, target));
        else
            Add(path, target, isLinked: true);
    }

    private void Add(string path, string real, bool isLinked)
    {
        var length = new FileInfo(real).Length;
        // Pipes and devices have no length, and opening a pipe waits for ever.
        _files.Add(new ImageFile(path, length, length, length == 0 ? () => Stream.Null : () =>
            File.OpenRead(real))
        { Identity = real, IsLinked = isLinked });
    }
}
