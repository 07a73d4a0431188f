using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.Diffusion.Tests.Build;

/// <summary>The repository's <c>eng</c> folder.</summary>
internal static class EngFolder
{
    /// <summary>The path of a file in it.</summary>
    public static string PathOf(string name, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "eng", name));
}
