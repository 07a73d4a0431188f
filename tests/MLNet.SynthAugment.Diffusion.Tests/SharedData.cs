using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.Diffusion.Tests;

/// <summary>
/// Finds the reference data that lies beside the repository (<c>../shared</c>) or where the environment variable
/// SYNTHAUGMENT_SHARED points to.
/// </summary>
internal static class SharedData
{
    public const string Missing = "The reference data is not here: set SYNTHAUGMENT_SHARED, or put it in ../shared beside the repository.";

    public static string? Root { get; } = Find();

    public static string Golden(params string[] parts) => Path.Combine([Root ?? throw new DirectoryNotFoundException(Missing), "golden", .. parts]);

    private static string? Find([CallerFilePath] string thisFile = "")
    {
        if (Environment.GetEnvironmentVariable("SYNTHAUGMENT_SHARED") is { Length: > 0 } folder)
            return Directory.Exists(folder) ? folder : null;
        var beside = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "shared"));
        return Directory.Exists(beside) ? beside : null;
    }
}

/// <summary>A test that needs the reference data and is skipped, saying so, without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedData.Root is null ? SharedData.Missing : null;
}

/// <summary>A theory that needs the reference data and is skipped, saying so, without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedData.Root is null ? SharedData.Missing : null;
}
