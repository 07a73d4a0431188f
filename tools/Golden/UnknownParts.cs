namespace MLNet.SynthAugment.Golden;

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
                yield return Unknown($"{folder.Name}/{file}",
                    $"not compared: {string.Join(", ", unused.Take(NamesShown))}{(unused.Count > NamesShown ? $" and {unused.Count - NamesShown} more" : "")}");
        }
    }

    private static GoldenResult Unknown(string name, string detail) => new(name, GoldenOutcome.Unknown, detail);
}
