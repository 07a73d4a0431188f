using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>The working copy that the tests were compiled from.</summary>
public static class Repository
{
    /// <summary>Its root.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>The full path of a file or folder in it.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string FindFolder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
