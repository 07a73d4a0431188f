using MLNet.SynthAugment.Diffusion.Images;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>What the paths of files inside a set say.</summary>
internal static class ImagePaths
{
    private static readonly HashSet<string> s_readable = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".gif", ".webp", ".ico",
    };

    private static readonly HashSet<string> s_otherFormats = new(StringComparer.OrdinalIgnoreCase)
    {
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".j2k", ".jpx", ".jxl", ".ppm", ".pgm", ".pbm", ".pnm",
            ".pam", ".pfm", ".psd", ".xcf", ".qoi", ".dds",
        ".exr", ".hdr", ".tga", ".pcx", ".sgi", ".xpm", ".xbm", ".svg", ".svgz", ".eps", ".dng", ".cr2", ".cr3",
            ".nef", ".arw", ".raf", ".orf", ".rw2", ".apng", ".jpe", ".dib", ".cur",
    };

    // What operating systems, disks and network storage put into folders of users.
    private static readonly HashSet<string> s_ofSystems = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "@eaDir", "@Recycle", "@Recently-Snapshot", "#recycle", "#snapshot", "$RECYCLE.BIN",
            "System Volume Information", "lost+found",
    };

    // What lies beside splits and classes and is neither.
    private static readonly HashSet<string> s_besides = new(StringComparer.OrdinalIgnoreCase)
    {
        "doc", "docs", "documentation", "assets", "figures", "readme", "license", "licenses", "scripts", "annotations",
            "labels", "captions", "metadata",
    };

    /// <summary>Whether the extension is that of a format that is read.</summary>
    public static bool HasReadableExtension(string path) => s_readable.Contains(Path.GetExtension(path));

    /// <summary>Whether the extension is that of an image format that is not read.</summary>
    public static bool HasOtherImageExtension(string path) => s_otherFormats.Contains(Path.GetExtension(path));

    /// <summary>Whether the file is an archive, whose images nobody sees unless it is unpacked.</summary>
    public static bool IsArchive(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".zip" or ".tar" or ".gz" or ".tgz" or ".7z" or ".rar";

    /// <summary>
    /// The path with slashes and without parts that say nothing: <c>./a/./b//c</c> is <c>a/b/c</c>. A slash at the
    /// beginning or the end stays.
    /// </summary>
    public static string Plain(string path)
    {
        var parts = path.Replace('\\', '/').Split('/');
        var plain = parts.Where(part => part.Length > 0 && part != ".").ToList();
        var isFolder = plain.Count > 0 && parts[^1] is "" or ".";
        return (parts[0].Length == 0 ? "/" : "") + string.Join('/', plain) + (isFolder ? "/" : "");
    }

    /// <summary>Whether the path is absolute or climbs out of the set.</summary>
    public static bool LeadsOut(string path) => path is ['/', ..] or [_, ':', ..] || path.Split('/').Contains("..");

    /// <summary>
    /// Of a hidden file or folder, or of one in a hidden folder, the folder that is not hidden; empty for the set
    /// itself, null if nothing is hidden.
    /// </summary>
    public static string? VisibleFolderOfHidden(string path)
    {
        var parts = path.Split('/');
        var hidden = Array.FindIndex(parts, IsHiddenName);
        return hidden < 0 ? null : string.Join('/', parts.Take(hidden));
    }

    /// <summary>
    /// Whether an operating system put the file or folder there: hidden ones, the shadows of files that macOS adds to
    /// zips, thumbnails of network storage, and recycle bins.
    /// </summary>
    public static bool IsHiddenName(string name) => name.StartsWith('.') || s_ofSystems.Contains(name);

    /// <summary>Whether a folder of this name lies beside splits or classes and is neither.</summary>
    public static bool IsBeside(string name) => s_besides.Contains(name);

    /// <summary>The folders above the file, joined by a space; empty if there are none.</summary>
    public static string ClassOf(string path) => ClassOfFolder(FolderOf(path));

    /// <summary>The folders of a path, joined by a space.</summary>
    public static string ClassOfFolder(string path) =>
        string.Join(' ', path.Split('/', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The folder that a file or folder lies in; empty for the set itself.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";

    /// <summary>The path below a folder, or null if it does not lie there.</summary>
    public static string? Below(string folder, string path) =>
        folder.Length == 0 ? path : path.StartsWith(folder + "/", StringComparison.Ordinal)
            ? path[(folder.Length + 1)..] : null;
}

/// <summary>Tells by the first bytes of a set's files which of them are images.</summary>
internal static class ImageContent
{
    private const int BytesLookedAt = 512;

    /// <summary>Looks at a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="reason">Why its image cannot be read, without a full stop; null if it can, as far as its beginning
    /// tells, or if it is no image.</param>
    /// <returns>Whether it is an image, or is called one.</returns>
    public static bool IsImage(ImageFile file, out string? reason)
    {
        reason = null;
        // Its name says that it should be read; whoever reads it says what is wrong with it.
        if (ImagePaths.HasReadableExtension(file.Path))
            return true;
        var isCalledImage = ImagePaths.HasOtherImageExtension(file.Path);
        if (!TryReadStart(file, out var start, out reason))
            return isCalledImage || !Path.HasExtension(file.Path);
        return ImageFileKind.IsImage(start, isCalledImage, out reason);
    }

    private static bool TryReadStart(ImageFile file, out byte[] start, out string? reason)
    {
        (start, reason) = ([], null);
        try
        {
            using var stream = file.Open();
            var bytes = new byte[BytesLookedAt];
            start = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            return true;
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            reason = error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
            return false;
        }
    }
}
