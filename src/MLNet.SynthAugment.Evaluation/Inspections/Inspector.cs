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
