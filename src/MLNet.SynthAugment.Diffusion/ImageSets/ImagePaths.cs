namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>What the paths of files inside a set say.</summary>
internal static class ImagePaths
{
    private static readonly HashSet<string> s_imageExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ico", ".tif", ".tiff",
    };

    /// <summary>Whether the extension is that of an image format.</summary>
    public static bool IsImage(string path) => s_imageExtensions.Contains(Path.GetExtension(path));

    /// <summary>Whether the file is an archive, whose images nobody sees unless it is unpacked.</summary>
    public static bool IsArchive(string path) => Path.GetExtension(path).ToLowerInvariant() is ".zip" or ".tar" or ".gz" or ".tgz" or ".7z" or ".rar";

    /// <summary>Whether the path is absolute or climbs out of the set.</summary>
    public static bool LeadsOut(string path) => path is ['/', ..] or [_, ':', ..] || path.Split('/').Contains("..");

    /// <summary>Whether an operating system put the file there: hidden files and folders, and the shadows of files that macOS adds to zips.</summary>
    public static bool IsHidden(string path) => path.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX");

    /// <summary>The folders above the file, joined by a space; empty if there are none.</summary>
    public static string ClassOf(string path) => string.Join(' ', path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(1));

    /// <summary>The first folder of the path, or null.</summary>
    public static string? TopFolder(string path) => path.IndexOf('/') is > 0 and var slash ? path[..slash] : null;
}
