using System.Runtime.CompilerServices;

namespace MLNet.SynthAugment.ApiChecking;

/// <summary>
/// Where the lists of the real packages' public API are: the folder "api" of the environment variable SYNTHAUGMENT_SHARED,
/// or of the folder "shared" beside the repository.
/// </summary>
public static class ApiLists
{
    public const string Variable = "SYNTHAUGMENT_SHARED";

    private static readonly Lazy<ApiList> _torchSharp = new(() => ApiList.Read(PathOf("TorchSharp.txt"), ApiStyle.TorchSharp));
    private static readonly Lazy<ApiList> _microsoftML = new(() => ApiList.Read(PathOf("Microsoft.ML.txt"), ApiStyle.Plain));
    private static readonly Lazy<ApiList> _imageSharp = new(() => ApiList.Read(PathOf("SixLabors.ImageSharp.txt"), ApiStyle.Plain));

    public static string? MissingBecause => Directory.Exists(Folder)
        ? null
        : $"There is no folder {Folder} with the lists of the real packages' API; set {Variable} to the folder that holds api/.";

    private static string Folder => Path.Combine(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } shared ? shared : Path.Combine(RepositoryRoot(), "..", "shared"), "api");

    /// <summary>The list that describes an assembly, real or stand-in; null for assemblies that no list describes.</summary>
    public static ApiList? For(string assemblyName) => assemblyName switch
    {
        _ when assemblyName.StartsWith("TorchSharp", StringComparison.Ordinal) => _torchSharp.Value,
        _ when assemblyName.StartsWith("Microsoft.ML", StringComparison.Ordinal) => _microsoftML.Value,
        _ when assemblyName.StartsWith("SixLabors.ImageSharp", StringComparison.Ordinal) => _imageSharp.Value,
        _ => null,
    };

    private static string PathOf(string file) => Path.Combine(Folder, file);

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}

/// <summary>A test that needs the API lists, and is skipped where they are absent.</summary>
public sealed class ApiFactAttribute : FactAttribute
{
    public ApiFactAttribute() => Skip = ApiLists.MissingBecause;
}

/// <summary>The same with parameters.</summary>
public sealed class ApiTheoryAttribute : TheoryAttribute
{
    public ApiTheoryAttribute() => Skip = ApiLists.MissingBecause;
}
