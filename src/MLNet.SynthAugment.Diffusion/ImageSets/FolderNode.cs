namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// A folder of a set with what lies in it. Zips may nest folders by ten thousands, so nothing here calls itself.
/// </summary>
internal sealed class FolderNode
{
    private readonly SortedDictionary<string, FolderNode> _children = new(StringComparer.Ordinal);

    private FolderNode(string name, FolderNode? parent)
    {
        Name = name;
        Parent = parent;
    }

    /// <summary>Its name; empty for the set itself.</summary>
    public string Name { get; }

    /// <summary>The folder it lies in; null for the set itself.</summary>
    public FolderNode? Parent { get; }

    /// <summary>Images that lie in the folder itself.</summary>
    public int Images { get; private set; }

    /// <summary>Images in the folder and all below it.</summary>
    public int AllImages { get; private set; }

    /// <summary>The folders in it, in ordinal order of their names.</summary>
    public IEnumerable<FolderNode> Children => _children.Values;

    /// <summary>Those that hold images, themselves or below.</summary>
    public IEnumerable<FolderNode> WithImages => Children.Where(child => child.AllImages > 0);

    /// <summary>Its path inside the set; empty for the set itself.</summary>
    public string Path
    {
        get
        {
            var names = new List<string>();
            for (var folder = this; folder.Parent is not null; folder = folder.Parent)
                names.Add(folder.Name);
            names.Reverse();
            return string.Join('/', names);
        }
    }

    /// <summary>The tree of a set.</summary>
    /// <param name="images">The paths of its images.</param>
    /// <param name="folders">The paths of its folders.</param>
    public static FolderNode Of(IEnumerable<string> images, IEnumerable<string> folders)
    {
        var root = new FolderNode("", null);
        foreach (var folder in folders)
            root.Make(folder, 0);
        foreach (var image in images)
            root.Make(ImagePaths.FolderOf(image), 1).Images++;
        return root;
    }

    /// <summary>The folder of a path below this one, or null.</summary>
    public FolderNode? Find(string path)
    {
        var found = this;
        foreach (var part in Parts(path))
        {
            if (!found._children.TryGetValue(part, out found))
                return null;
        }
        return found;
    }

    /// <summary>
    /// The uppermost folders below this one that hold no image, where the folder they lie in holds none itself: classes
    /// without images.
    /// </summary>
    public IEnumerable<FolderNode> Empty()
    {
        var open = new Stack<FolderNode>([this]);
        while (open.TryPop(out var folder))
        {
            if (folder.Images > 0 && folder != this)
                continue;
            foreach (var child in folder.Children)
            {
                if (child.AllImages > 0)
                    open.Push(child);
                else if (!ImagePaths.IsBeside(child.Name))
                    yield return child;
            }
        }
    }

    private FolderNode Make(string path, int images)
    {
        var folder = this;
        folder.AllImages += images;
        foreach (var part in Parts(path))
        {
            if (!folder._children.TryGetValue(part, out var child))
                folder._children[part] = child = new FolderNode(part, folder);
            folder = child;
            folder.AllImages += images;
        }
        return folder;
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
