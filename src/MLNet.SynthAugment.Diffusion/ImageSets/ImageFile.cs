namespace MLNet.SynthAugment.Diffusion.ImageSets;

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
