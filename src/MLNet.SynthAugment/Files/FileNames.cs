using System.Security.Cryptography;

namespace MLNet.SynthAugment.Files;

/// <summary>File names out of labels, which may be of any length and hold any character.</summary>
internal static class FileNames
{
    private const int LongestReadable = 40;

    /// <summary>A name that is safe on every file system, and another one for every other text.</summary>
    public static string Unique(string text) => $"{Readable(text)}-{Hash(text)}";

    /// <summary>The ASCII letters and digits of the text in lower case, a dash for the rest; not unique.</summary>
    public static string Readable(string text)
    {
        var name = new StringBuilder();
        foreach (var character in text.Take(LongestReadable))
            name.Append(char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-');
        return name.ToString();
    }

    /// <summary>16 hexadecimal digits of the text's SHA-256.</summary>
    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}

/// <summary>Folders that users name.</summary>
internal static class Folders
{
    /// <summary>
    /// The same folder for as long as the process lives, wherever its current folder moves; null and "" stand for the
    /// current folder itself.
    /// </summary>
    public static string? Absolute(string? folder) => string.IsNullOrEmpty(folder) ? folder : Path.GetFullPath(folder);
}
