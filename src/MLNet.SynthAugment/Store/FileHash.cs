using System.Security.Cryptography;

namespace MLNet.SynthAugment.Store;

/// <summary>SHA-256 of what files hold, as lower-case hexadecimal digits.</summary>
internal static class FileHash
{
    public static string Of(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
