namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>What a folder or zip holds.</summary>
/// <param name="Files">The files that can be opened; hidden ones are not among them.</param>
/// <param name="Folders">The paths of the folders, with slashes, also of empty ones.</param>
/// <param name="LeftOut">What cannot be opened, and why.</param>
/// <param name="Notes">Sentences on what was found beside.</param>
public sealed record SetFiles(IReadOnlyList<ImageFile> Files, IReadOnlyList<string> Folders,
    IReadOnlyList<LeftOutFile> LeftOut, IReadOnlyList<string> Notes);

/// <summary>A file of a folder or zip.</summary>
/// <param name="Path">Its path inside, with slashes.</param>
/// <param name="Length">Its size in bytes as the folder or zip states it; of a link that of its target.</param>
/// <param name="PackedLength">The bytes it takes.</param>
/// <param name="Open">Opens it.</param>
public sealed record ImageFile(string Path, long Length, long PackedLength, Func<Stream> Open)
{
    /// <summary>What is the same for two paths to one file.</summary>
    public string Identity { get; init; } = Path;

    /// <summary>Whether the path, or a folder in it, is a link.</summary>
    public bool IsLinked { get; init; }

    /// <summary>The path of the link to a folder by which the file was reached; null if there was none.</summary>
    internal string? FolderLink { get; init; }

    /// <summary>Whether its folder is in the set under another path too, and was listed there before.</summary>
    internal bool IsOfListed { get; init; }
}

/// <summary>A file or folder of a set that none of its images come from.</summary>
/// <param name="ClassName">The class it would belong to; empty where it is of none.</param>
/// <param name="Name">Its path inside the set.</param>
/// <param name="Reason">Why it is left out, without a full stop.</param>
public sealed record LeftOutFile(string ClassName, string Name, string Reason)
{
    private const int NamesShown = 5;

    /// <summary>Sentences that count what is left out by class and reason, with the first names.</summary>
    /// <param name="files">What is left out.</param>
    public static IEnumerable<string> Describe(IEnumerable<LeftOutFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (var group in files.GroupBy(file => (file.ClassName, file.Reason)))
        {
            var count = group.Count();
            var names = string.Join(", ", group.Take(NamesShown).Select(file => $"'{file.Name}'"))
                + (count > NamesShown ? ", …" : "");
            var where = group.Key.ClassName.Length > 0 ? $"Of class '{group.Key.ClassName}', " : "";
            yield return where + (count == 1 ? $"1 is left out ({names}): {group.Key.Reason}."
                : $"{count} are left out ({names}), each because {group.Key.Reason}.");
        }
    }
}
