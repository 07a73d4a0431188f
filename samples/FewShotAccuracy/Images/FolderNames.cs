using System.Text;

namespace FewShotAccuracy.Images;

/// <summary>Folder names from class names, which come from zip files and may hold anything.</summary>
public static class FolderNames
{
    private const int LongestName = 100;

    /// <summary>The name with everything but letters, digits, spaces, "-", "_" and inner dots replaced by "_".</summary>
    public static string For(string className)
    {
        var name = new StringBuilder(className.Length);
        foreach (var character in className.AsSpan(0, Math.Min(className.Length, LongestName)))
            name.Append(char.IsLetterOrDigit(character) || character is ' ' or '-' or '_' or '.' ? character : '_');
        var trimmed = name.ToString().Trim(' ', '.');
        return trimmed.Length == 0 ? "_" : trimmed;
    }
}
