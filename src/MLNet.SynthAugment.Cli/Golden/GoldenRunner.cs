using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Golden;

/// <summary>Runs the cases of all suites over a folder and everything below it.</summary>
internal sealed class GoldenRunner(GoldenSetup setup)
{
    private static readonly IReadOnlyList<IGoldenSuite> s_suites =
    [
        .. typeof(IGoldenSuite).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IGoldenSuite)) && type.IsClass)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (IGoldenSuite)Activator.CreateInstance(type)!),
    ];

    /// <summary>Checks one case after the other, as the results are asked for.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="only">Part of the names (folder and case) that are wanted; null for all.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public IEnumerable<GoldenResult> Run(string root, string? only = null)
    {
        root = Path.GetFullPath(root);
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder {root}.");
        return Folders(root).SelectMany(path => RunFolder(root, path, only));
    }

    private static IEnumerable<string> Folders(string root) =>
        Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root).Order(StringComparer.Ordinal);

    private IEnumerable<GoldenResult> RunFolder(string root, string path, string? only)
    {
        using var folder = new GoldenFolder(root, path);
        var (cases, problem) = FindCases(folder);
        if (problem is not null)
            yield return problem;
        foreach (var golden in cases)
        {
            var name = $"{folder.Name}/{golden.Name}";
            if (only is null || name.Contains(only, StringComparison.OrdinalIgnoreCase))
                yield return RunCase(name, golden);
        }
        if (only is null && problem is null)
        {
            foreach (var leftOver in UnknownParts.Of(folder, cases))
                yield return leftOver;
        }
    }

    private static (IReadOnlyList<GoldenCase> Cases, GoldenResult? Problem) FindCases(GoldenFolder folder)
    {
        try
        {
            return ([.. s_suites.SelectMany(suite => suite.Cases(folder))], null);
        }
        catch (Exception exception) when (IsFinding(exception))
        {
            return ([], new GoldenResult(folder.Name, GoldenOutcome.Failed, exception.Message));
        }
    }

    private GoldenResult RunCase(string name, GoldenCase golden)
    {
        if (golden.Float32Only && setup.Precision != Diffusion.Precision.Float32)
            return new GoldenResult(name, GoldenOutcome.Skipped, "only checked in Float32");
        var checks = new GoldenChecks(setup);
        var watch = Stopwatch.StartNew();
        try
        {
            using var scope = NewDisposeScope();
            using var mode = golden.NeedsGradients ? enable_grad() : no_grad();
            golden.Run(checks);
        }
        catch (Exception exception) when (IsFinding(exception))
        {
            return new GoldenResult(name, GoldenOutcome.Failed, exception.Message.ReplaceLineEndings(" "), watch.Elapsed);
        }
        var worst = checks.Comparisons.MaxBy(comparison => comparison.Passed ? comparison.Ratio : double.PositiveInfinity);
        return worst is null
            ? new GoldenResult(name, GoldenOutcome.Failed, "nothing was compared", watch.Elapsed)
            : new GoldenResult(name, worst.Passed ? GoldenOutcome.Ok : GoldenOutcome.Failed, worst.ToString(), watch.Elapsed);
    }

    // What libraries, files and libtorch answer to data that does not fit; anything else is a defect of this program.
    private static bool IsFinding(Exception exception) => exception is
        ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or InvalidDataException
        or KeyNotFoundException or FormatException or NotSupportedException or ArithmeticException or System.Text.Json.JsonException or ExternalException;
}
