namespace MLNet.SynthAugment.ApiChecking;

/// <summary>The lists of the real packages' public API, in the folder "api" of the shared folder.</summary>
public static class ApiLists
{
    private static readonly Lazy<ApiList> _torchSharp = new(() => ApiList.Read(PathOf("TorchSharp.txt"), ApiStyle.TorchSharp));
    private static readonly Lazy<ApiList> _microsoftML = new(() => ApiList.Read(PathOf("Microsoft.ML.txt"), ApiStyle.Plain));
    private static readonly Lazy<ApiList> _imageSharp = new(() => ApiList.Read(PathOf("SixLabors.ImageSharp.txt"), ApiStyle.Plain));

    /// <summary>The list that describes an assembly, real or stand-in; null for assemblies that no list describes.</summary>
    public static ApiList? For(string assemblyName) => assemblyName switch
    {
        _ when assemblyName.StartsWith("TorchSharp", StringComparison.Ordinal) => _torchSharp.Value,
        _ when assemblyName.StartsWith("Microsoft.ML", StringComparison.Ordinal) => _microsoftML.Value,
        _ when assemblyName.StartsWith("SixLabors.ImageSharp", StringComparison.Ordinal) => _imageSharp.Value,
        _ => null,
    };

    private static string PathOf(string file) => Path.Combine(SharedFolder.Path, "api", file);
}
