using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLNet.SynthAugment.Golden;

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

    /// <summary>Checks a folder and those below it, one case after the other, as the results are asked for.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="wanted">Chooses cases by name (folder and case); null for all, and for a word on what is
    /// unknown.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public IEnumerable<GoldenResult> Run(string root, Func<string, bool>? wanted = null) =>
        Folders(root).SelectMany(path => RunFolder(root, path, wanted));

    /// <summary>The same for one folder alone.</summary>
    /// <param name="root">The folder that names are relative to.</param>
    /// <param name="path">The folder to check.</param>
    /// <param name="wanted">As for <see cref="Run"/>.</param>
    public IEnumerable<GoldenResult> RunFolder(string root, string path, Func<string, bool>? wanted = null)
    {
        using var folder = new GoldenFolder(root, path);
        var (cases, problem) = FindCases(folder);
        if (problem is not null)
            yield return problem;
        foreach (var golden in cases)
        {
            var name = NameOf(folder, golden);
            if (wanted is null || wanted(name))
                yield return RunCase(name, golden);
        }
        if (wanted is null && problem is null)
        {
            foreach (var leftOver in UnknownParts.Of(folder, cases))
                yield return leftOver;
        }
    }

    /// <summary>The names of a folder's cases, without running them.</summary>
    public static IReadOnlyList<string> CaseNames(string root, string path)
    {
        using var folder = new GoldenFolder(root, path);
        return [.. FindCases(folder).Cases.Select(golden => NameOf(folder, golden))];
    }

    /// <summary>A folder and all below it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> Folders(string root) =>
        [.. Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root)
            .Order(StringComparer.Ordinal)];

    private static string NameOf(GoldenFolder folder, GoldenCase golden) => $"{folder.Name}/{golden.Name}";

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
            return new GoldenResult(
                name, GoldenOutcome.Failed, exception.Message.ReplaceLineEndings(" "), watch.Elapsed);
        }
        var worst = checks.Comparisons.MaxBy(
            comparison => comparison.Passed ? comparison.Ratio : double.PositiveInfinity);
        if (worst is null)
            return new GoldenResult(name, GoldenOutcome.Failed, "nothing was compared", watch.Elapsed);
        var detail = checks.Comparisons.Count == 1
            ? worst.ToString() : $"{worst}, the worst of {checks.Comparisons.Count}";
        return new GoldenResult(name, worst.Passed ? GoldenOutcome.Ok : GoldenOutcome.Failed, detail, watch.Elapsed);
    }

    // What libraries, files and libtorch answer to data that does not fit; anything else is a defect of this program.
    private static bool IsFinding(Exception exception) => exception is
        ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException
        or InvalidDataException or KeyNotFoundException or FormatException or NotSupportedException
        or ArithmeticException or System.Text.Json.JsonException or ExternalException;
}

/// <summary>How a case ended.</summary>
internal enum GoldenOutcome
{
    /// <summary>Every comparison is within its tolerance.</summary>
    Ok,

    /// <summary>A comparison is not, or the case threw, or it compared nothing.</summary>
    Failed,

    /// <summary>The case does not apply to this precision.</summary>
    Skipped,

    /// <summary>No suite knows what to do with a folder, a file or a tensor.</summary>
    Unknown,
}

/// <summary>What is to be said of one case.</summary>
/// <param name="Name">Folder and case.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">The comparison closest to its tolerance (or furthest beyond it), or a message.</param>
/// <param name="Elapsed">Time it took.</param>
internal sealed record GoldenResult(string Name, GoldenOutcome Outcome, string Detail, TimeSpan Elapsed = default);

/// <summary>Finds what no case of a folder has looked at, so that nothing passes in silence.</summary>
internal static class UnknownParts
{
    private const int NamesShown = 5;

    // Texts for readers.
    private static readonly string[] s_passedOver = [".md", ".txt"];

    /// <summary>
    /// Files that belong to no case, and tensors that no case has read; call it after the cases have run.
    /// </summary>
    public static IEnumerable<GoldenResult> Of(GoldenFolder folder, IReadOnlyList<GoldenCase> cases)
    {
        var known = cases.SelectMany(golden => golden.Files).ToHashSet();
        var unknown = folder.Files.Where(
            file => !known.Contains(file) && !s_passedOver.Contains(Path.GetExtension(file))).ToList();
        if (cases.Count == 0 && unknown.Count > 0)
        {
            yield return Unknown(folder.Name,
                $"no suite knows this kind of folder{(folder.ModelClass is { } type ? $" ({type})" : "")}");
            yield break;
        }
        foreach (var file in unknown)
            yield return Unknown($"{folder.Name}/{file}", "no suite knows this file");
        foreach (var (file, tensors) in folder.OpenedTensors)
        {
            // A file of which no tensor was read is a model's, or was named above, or its case has failed.
            if (tensors.Unused is { Count: > 0 } unused && unused.Count < tensors.Names.Count)
            {
                var more = unused.Count > NamesShown ? $" and {unused.Count - NamesShown} more" : "";
                yield return Unknown($"{folder.Name}/{file}",
                    $"not compared: {string.Join(", ", unused.Take(NamesShown))}{more}");
            }
        }
    }

    private static GoldenResult Unknown(string name, string detail) => new(name, GoldenOutcome.Unknown, detail);
}
