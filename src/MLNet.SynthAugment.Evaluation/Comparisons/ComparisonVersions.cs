using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using SixLabors.ImageSharp;
using TorchSharp;

namespace MLNet.SynthAugment.Evaluation.Comparisons;

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
            ["System"] = $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors",
        };
        foreach (var type in new[] { typeof(ComparisonVersions), typeof(MLContext), typeof(torch), typeof(Image) })
            versions[type.Assembly.GetName().Name!] = VersionOf(type);
        return versions;
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? type.Assembly.GetName().Version?.ToString() ?? "";
}
