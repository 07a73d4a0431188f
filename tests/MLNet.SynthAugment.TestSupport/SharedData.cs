using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.TestSupport;

/// <summary>
/// The folder with the golden vectors and data sets: the environment variable SYNTHAUGMENT_SHARED, or the folder
/// 'shared' beside the repository.
/// </summary>
public static class SharedData
{
    public const string Variable = "SYNTHAUGMENT_SHARED";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        ? folder
        : Path.GetFullPath(Path.Combine(Repository.Folder, "..", "shared"));

    public static string? MissingBecause(string subfolder) => Directory.Exists(Path.Combine(Folder, subfolder))
        ? null
        : $"There is no folder {subfolder} in {Folder}; set {Variable} to the folder that holds it.";

    /// <summary>A path below golden/.</summary>
    public static string Golden(params string[] parts) => Path.Combine([Folder, "golden", .. parts]);

    /// <summary>All tensors of a golden file; they belong to the current dispose scope.</summary>
    public static Dictionary<string, Tensor> Tensors(params string[] parts)
    {
        using var file = SafetensorsFile.Open(Golden(parts));
        return file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name));
    }
}

/// <summary>A test that needs the shared golden vectors, and is skipped where they are absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string folder = "golden") => Skip = SharedData.MissingBecause(folder);
}

/// <summary>The same with parameters.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string folder = "golden") => Skip = SharedData.MissingBecause(folder);
}
