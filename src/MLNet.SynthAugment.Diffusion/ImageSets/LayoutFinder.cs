namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// Finds the splits and the class folders of a set. Splits are known by their names and may lie below wrapping folders,
/// and so may the class folders.
/// Where the folders can be read in two ways, the user is asked.
/// </summary>
internal sealed class LayoutFinder(FolderNode root, ImageSetLocation location)
{
    private const int NamesShown = 10;

    // PATH:. and PATH:folder/. say that class folders lie right there.
    private const string Here = ".";

    /// <exception cref="InvalidDataException">There is no such split, or the folders can be read in two
    /// ways.</exception>
    public ImageSetLayout Find()
    {
        if (location.Split?.Replace('\\', '/').Trim('/') is not { Length: > 0 } given)
            return Within(root);
        if (given == Here || given.EndsWith("/" + Here, StringComparison.Ordinal))
            return root.Find(given[..^1]) is { } folder ? new ImageSetLayout([], null, folder.Path)
                : throw Missing(given);
        if (root.Find(given) is { AllImages: > 0 } named)
        {
            var splits = SplitsIn(named.Parent!);
            return splits.FirstOrDefault(split => split.Path == named.Path) is { } split
                ? Reading(split, splits) : Within(named);
        }
        return ByName(given);
    }

    private ImageSetLayout ByName(string given)
    {
        var levels = Levels(root).Select(SplitsIn).ToList();
        var found = levels.SelectMany(splits =>
            splits.Where(split => split.Name.Equals(given, StringComparison.OrdinalIgnoreCase))).ToList();
        if (found.Count == 0 && SplitNames.RoleOf(given) is { } role)
            found = [.. levels.SelectMany(splits => splits.Where(split => split.Role == role))];
        return found.Count switch
        {
            0 => throw Missing(given),
            1 => Reading(found[0], levels.Single(splits => splits.Contains(found[0]))),
            _ => throw new InvalidDataException(
                $"{location.Path} has several splits '{given}': give one of {List(found.Select(split => split.Path))}, "
                + $"for example {location.Path}:{found[0].Path}."),
        };
    }

    private ImageSetLayout Reading(SplitFolder split, List<SplitFolder> splits)
    {
        RequireNoSplitInside(split);
        return new ImageSetLayout(splits, split, split.ClassFolder);
    }

    private ImageSetLayout Within(FolderNode top)
    {
        var levels = Levels(top);
        if (levels.Count == 0)
            return new ImageSetLayout([], null, WithoutWrappers(top).Path);
        if (levels.Count > 1)
        {
            throw new InvalidDataException(
                $"{location.Path} has folders named like splits in several places: "
                + $"{List(levels.SelectMany(SplitsIn).Select(split => split.Path))}. "
                + $"Say which to read, for example {location.Path}:{SplitsIn(levels[0])[0].Path} (--split "
                    + $"{SplitsIn(levels[0])[0].Path}).");
        }
        RequireClear(top, levels[0]);
        var splits = SplitsIn(levels[0]);
        splits.ForEach(RequireNoSplitInside);
        return new ImageSetLayout(splits, null, null);
    }

    /// <summary>The uppermost folders in which splits lie.</summary>
    private static List<FolderNode> Levels(FolderNode top)
    {
        var levels = new List<FolderNode>();
        var open = new Stack<FolderNode>([top]);
        while (open.TryPop(out var folder))
        {
            var inside = folder.WithImages.ToList();
            if (RolesOf(inside).Count > 0 && !(inside.Count == 1 && Holds(inside[0])))
                levels.Add(folder);
            else
                inside.Where(child => !ImagePaths.IsBeside(child.Name)).ToList().ForEach(open.Push);
        }
        levels.Reverse();
        return levels;

        // A set may be called "Training data" and hold train and test.
        static bool Holds(FolderNode folder) => RolesOf(folder.WithImages).Values.Distinct().Count() > 1;
    }

    private static IReadOnlyDictionary<string, SplitRole> RolesOf(IEnumerable<FolderNode> folders) =>
        SplitNames.Among(folders.Select(folder => folder.Name));

    private static List<SplitFolder> SplitsIn(FolderNode level)
    {
        var inside = level.WithImages.ToList();
        var roles = RolesOf(inside);
        var splits = inside.Where(folder => roles.ContainsKey(folder.Name)).ToList();
        var classFolders = splits.ToList();
        while (true)
        {
            var wrappers = classFolders.ConvertAll(OnlyWrapper);
            // A folder that is the only one in each split says nothing: train/images/cat, test/images/cat.
            var shared = wrappers.Select(wrapper => wrapper?.Name).Distinct().ToList() is [{ } name] ? name : null;
            var isDone = true;
            for (var i = 0; i < splits.Count; i++)
            {
                if (wrappers[i] is not { } inner || !SaysNothing(inner, classFolders[i], roles[splits[i].Name], shared))
                    continue;
                classFolders[i] = inner;
                isDone = false;
            }
            if (isDone)
                return [.. splits.Zip(classFolders,
                    (split, inner) => new SplitFolder(split.Path, roles[split.Name], inner.Path))];
        }
    }

    // Sets from competition sites double their folders: seg_train/seg_train/cat. A split of another role is no wrapper.
    private static bool SaysNothing(FolderNode inner, FolderNode folder, SplitRole role, string? shared) =>
        inner.Name == folder.Name || (SplitNames.RoleOf(inner.Name) is { } own ? own == role : inner.Name == shared);

    private static FolderNode WithoutWrappers(FolderNode top)
    {
        var folder = top;
        while (OnlyWrapper(folder) is { } inner)
            folder = inner;
        return folder;
    }

    /// <summary>
    /// The only folder with images in a folder, if it holds no images itself but folders with images: then it is no
    /// class.
    /// </summary>
    private static FolderNode? OnlyWrapper(FolderNode folder)
    {
        var inside = folder.WithImages.Where(child => !ImagePaths.IsBeside(child.Name)).Take(2).ToList();
        return inside is [{ Images: 0 } only] ? only : null;
    }

    private void RequireClear(FolderNode top, FolderNode level)
    {
        var splits = SplitsIn(level);
        var withClasses = splits.Where(split => root.Find(split.ClassFolder)!.WithImages.Any()).ToList();
        var others = Others(top, level, splits).ToList();
        var here = level.Path.Length == 0 ? Here : $"{level.Path}/{Here}";
        if (withClasses.Count == 0 || (others.Count > 0 && withClasses.DistinctBy(split => split.Role).Count() < 2))
        {
            var names = List(splits.Select(split => split.Path));
            var what = splits.Count == 1 ? "is named like a split" : "are named like splits";
            var doubt = others.Count > 0 ? $"{what} but {(splits.Count == 1 ? "lies" : "lie")} beside {List(others)}"
                : $"{what} but {(splits.Count == 1 ? "holds" : "hold")} no class folders";
            throw new InvalidDataException(
                $"In {location.Path}, {names} {doubt}. Say what is meant: {location.Path}:{splits[0].Path} (--split "
                + $"{splits[0].Path}) reads that split alone, "
                + $"{location.Path}:{here} (--split {here}) takes all folders there for classes.");
        }
    }

    /// <summary>A split in a split is no class, and what it holds may be kept from what is read.</summary>
    private void RequireNoSplitInside(SplitFolder split)
    {
        var inside = Levels(root.Find(split.ClassFolder)!).SelectMany(SplitsIn).Select(inner => inner.Path).ToList();
        if (inside.Count == 0)
            return;
        var (are, named, lie) = inside.Count == 1 ? ("is", "a split", "lies") : ("are", "splits", "lie");
        var here = $"{split.ClassFolder}/{Here}";
        throw new InvalidDataException(
            $"In {location.Path}, {List(inside)} {are} named like {named} but {lie} "
            + $"inside the split '{split.Path}'. Say what is meant: {location.Path}:{inside[0]} (--split {inside[0]}) "
            + $"reads that split alone, {location.Path}:{here} (--split {here}) takes all folders there for classes.");
    }

    /// <summary>The folders with images that lie beside the splits, or beside what wraps them.</summary>
    private static IEnumerable<string> Others(FolderNode top, FolderNode level, List<SplitFolder> splits)
    {
        var names = splits.Select(split => split.Name).ToHashSet();
        var others = level.WithImages.Where(folder => !names.Contains(folder.Name));
        for (var folder = level; folder != top; folder = folder.Parent!)
        {
            // What is listed later must not see the next folder.
            var wrapper = folder;
            others = others.Concat(wrapper.Parent!.WithImages.Where(sibling => sibling != wrapper));
        }
        return others.Where(folder => !ImagePaths.IsBeside(folder.Name)).Select(folder => folder.Path);
    }

    private InvalidDataException Missing(string given)
    {
        var folders = Levels(root).SelectMany(SplitsIn).Select(split => split.Path).ToList();
        if (folders.Count == 0)
            folders = [.. root.WithImages.Select(folder => folder.Path)];
        return new InvalidDataException(
            $"There is no image under {location.Path}:{given}; expected {given}/<class>/<image>. "
            + (folders.Count == 0 ? "No folder holds images."
                : $"Folders with images: {string.Join(", ", folders.Take(NamesShown))}."));
    }

    private static string List(IEnumerable<string> paths)
    {
        var all = paths.ToList();
        return string.Join(", ", all.Take(NamesShown).Select(path => $"'{path}'"))
            + (all.Count > NamesShown ? ", …" : "");
    }
}
