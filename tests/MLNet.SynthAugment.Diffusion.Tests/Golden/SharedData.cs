using System.Runtime.CompilerServices;
using MLNet.SynthAugment.Diffusion.Weights;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Golden;

/// <summary>
/// The folder with the golden vectors and data sets: the environment variable SYNTHAUGMENT_SHARED, or the folder
/// 'shared' beside the repository.
/// </summary>
public static class SharedData
{
    public const string Variable = "SYNTHAUGMENT_SHARED";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        ? folder
        : Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared"));

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

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
