namespace MLNet.SynthAugment.Files;

/// <summary>Folders that users name.</summary>
internal static class Folders
{
    /// <summary>
    /// The same folder for as long as the process lives, wherever its current folder moves; null and "" stand for the
    /// current folder itself.
    /// </summary>
    public static string? Absolute(string? folder) => string.IsNullOrEmpty(folder) ? folder : Path.GetFullPath(folder);
}
