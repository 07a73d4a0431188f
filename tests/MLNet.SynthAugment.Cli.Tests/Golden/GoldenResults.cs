using System.Collections.Concurrent;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Golden;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Tests.Golden;

/// <summary>Results over the shared golden folder. A folder is run once, when its first result is asked for.</summary>
internal static class GoldenResults
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<GoldenResult>> s_ofFolder = new();

    public static GoldenSetup Cpu { get; } = new(CPU, Precision.Float32);

    public static string Root { get; } = SharedData.Golden();

    /// <summary>Path of a folder; "." is the golden folder itself.</summary>
    public static string PathOf(string folder) => Path.GetFullPath(Path.Combine(Root, folder));

    public static IReadOnlyList<GoldenResult> Of(string folder) =>
        s_ofFolder.GetOrAdd(folder, _ => [.. new GoldenRunner(Cpu).RunFolder(Root, PathOf(folder))]);

    public static void AssertOk(string folder, string name)
    {
        var result = Assert.Single(Of(folder), result => result.Name == name);
        Assert.True(result.Outcome == GoldenOutcome.Ok, result.Detail);
    }
}
