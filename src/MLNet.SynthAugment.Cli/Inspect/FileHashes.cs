using System.Security.Cryptography;

namespace MLNet.SynthAugment.Cli.Inspect;

/// <summary>Hashes of files.</summary>
internal static class FileHashes
{
    /// <summary>SHA-256 as hexadecimal digits.</summary>
    public static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return System.Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
