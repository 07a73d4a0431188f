using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MLNet.SynthAugment.Methods;
using TorchSharp;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

/// <summary>Hashes of what results depend on, each computed once, when it is first asked for.</summary>
/// <param name="options">The models.</param>
internal sealed class ComparisonKeys(ComparisonOptions options)
{
    private readonly Lazy<string> _model = new(() => (options.Model ?? DiffusionModel.Embedded).ContentHash());
    private readonly Lazy<string?> _clip =
        new(() => (options.Clip
        ?? (options.Model is null || options.Model.IsEmbedded ? ImageTextModel.Embedded : null))?.ContentHash());

    /// <summary>Of the diffusion model.</summary>
    public string Model => _model.Value;

    /// <summary>Of the CLIP model; null if there is none.</summary>
    public string? Clip => _clip.Value;

    /// <summary>The settings of a method.</summary>
    public static JsonNode Of(ISynthesisMethod method) =>
        JsonSerializer.SerializeToNode(method, method.GetType(), ComparisonJson.Format)!;

    /// <summary>Of images with their classes.</summary>
    public static string Of(IEnumerable<ComparisonImage> images) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', images.Select(image => $"{image.ClassName}/{image.Hash}")))));
}

/// <summary>What a comparison ran with.</summary>
internal static class ComparisonVersions
{
    /// <summary>The version of this library.</summary>
    public static string Library { get; } = VersionOf(typeof(ComparisonVersions));

    /// <summary>Versions by name: assemblies, runtime, system.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["System"] = $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, "
                + $"{Environment.ProcessorCount} processors",
        };
        foreach (var type in new[] { typeof(ComparisonVersions), typeof(MLContext), typeof(torch), typeof(Image) })
            versions[type.Assembly.GetName().Name!] = VersionOf(type);
        return versions;
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? type.Assembly.GetName().Version?.ToString() ?? "";
}
