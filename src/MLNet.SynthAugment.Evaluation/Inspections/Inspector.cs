namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>Finds out what a path is.</summary>
public static class Inspector
{
    private static readonly Func<string, Inspection?>[] s_kinds =
    [
        SavedTransformerInspector.Inspect,
        StoreInspector.Inspect,
        DiffusionModelInspector.Inspect,
        ClipInspector.Inspect,
        SafetensorsInspector.Inspect,
    ];

    /// <summary>Reads everything there.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="zipEncoding">The encoding of names in a zip that does not state it; null to find it out.</param>
    /// <exception cref="FileNotFoundException">There is nothing.</exception>
    /// <exception cref="InvalidDataException">It is nothing that is known.</exception>
    public static Inspection Inspect(string path, string? zipEncoding = null)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new FileNotFoundException($"There is no file or folder '{path}'.");
        path = Path.GetFullPath(path);
        return s_kinds.Select(kind => kind(path)).FirstOrDefault(found => found is not null)
            ?? ImageSetInspector.Inspect(path, zipEncoding) ?? throw new InvalidDataException(
            $"'{path}' is none of: a model folder, a CLIP folder, a safetensors file, a synthesis store, a saved "
                + "transformer, a folder or zip of images.");
    }
}

/// <summary>What a path was found to be.</summary>
/// <param name="Kind">What it is, in words.</param>
public sealed record Inspection(string Kind)
{
    /// <summary>Its parts, sizes and hashes: names with values.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>What deserves a look though it is sound, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is wrong with it, one sentence each; empty if it is sound.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>Sizes as people read them.</summary>
internal static class Sizes
{
    /// <summary>For example "12.3 MB".</summary>
    public static string OfBytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.##} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.##} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    /// <summary>A whole number with thousands set apart.</summary>
    public static string OfCount(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
