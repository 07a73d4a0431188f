using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>
/// The folder with the API lists and golden vectors: the environment variable SYNTHAUGMENT_SHARED, or the folder "shared"
/// beside the repository.
/// </summary>
public static class SharedFolder
{
    public const string Variable = "SYNTHAUGMENT_SHARED";

    public static string Path { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        ? folder
        : System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryRoot(), "..", "shared"));

    public static string? MissingBecause => Directory.Exists(Path)
        ? null
        : $"There is no folder {Path}; set {Variable} to the folder that holds api/ and golden/.";

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(thisFile)!, "..", "..");
}

/// <summary>A test that needs the shared folder, and is skipped where it is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedFolder.MissingBecause;
}

/// <summary>The same with parameters.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedFolder.MissingBecause;
}
