namespace MLNet.SynthAugment.Diffusion.Files;

/// <summary>
/// SHA-256, as lower-case hexadecimal digits: of what a file holds, and of all files that a model consists of.
/// </summary>
internal static class FileHash
{
    // Files that change what a model computes; others (pictures, model cards, other formats) do not.
    private static readonly string[] s_hashedExtensions = [".json", ".txt", ".safetensors"];

    /// <summary>The hash of a file.</summary>
    public static string Of(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The hash of what a file holds, or shall hold.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The files in a folder, not in folders below it, that a model consists of.</summary>
    public static IEnumerable<string> ModelFiles(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => s_hashedExtensions.Contains(Path.GetExtension(file)));

    /// <summary>The hash over names and contents; the files' order plays no part.</summary>
    /// <param name="root">The folder that the names are relative to.</param>
    /// <param name="files">Paths below it.</param>
    public static string Compute(string root, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var named = files.Select(file => (Name: Path.GetRelativePath(root, file).Replace('\\', '/'), Path: file));
        foreach (var (name, path) in named.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
            hash.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
