using System.Security.Cryptography;
using System.Text;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>The identity of a model: one hash over its files.</summary>
internal static class FileHash
{
    // Files that change what a model computes; others (pictures, model cards, other formats) do not.
    private static readonly string[] s_hashedExtensions = [".json", ".txt", ".safetensors"];

    /// <summary>The files in a folder, not in folders below it, that a model consists of.</summary>
    internal static IEnumerable<string> ModelFiles(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => s_hashedExtensions.Contains(Path.GetExtension(file)));

    /// <summary>SHA-256 over names and contents, as hexadecimal digits; the files' order plays no part.</summary>
    /// <param name="root">The folder that the names are relative to.</param>
    /// <param name="files">Paths below it.</param>
    internal static string Compute(string root, IEnumerable<string> files)
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
