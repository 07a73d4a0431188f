namespace MLNet.SynthAugment.Diffusion.ImageSets;

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
