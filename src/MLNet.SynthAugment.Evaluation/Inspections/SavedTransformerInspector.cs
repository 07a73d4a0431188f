namespace MLNet.SynthAugment.Evaluation.Inspections;

/// <summary>
/// A folder that a transformer was saved to: its settings, its store, and copies of the shots and their masks.
/// </summary>
internal static class SavedTransformerInspector
{
    public static Inspection? Inspect(string path)
    {
        if (!SavedTransformer.IsIn(path))
            return null;
        var facts = new List<(string, string)>();
        var problems = new List<string>();
        try
        {
            var saved = SavedTransformer.Read(path);
            var shots = saved.Classes.SelectMany(shotClass => shotClass.Shots).Select(shot => shot.Content).ToList();
            facts.Add(("label column", saved.Columns.Label));
            facts.Add(("image column", saved.Columns.Image));
            var masked = shots.Count(shot => shot.Mask is not null);
            facts.Add(("shots", $"{Sizes.OfCount(shots.Count)}, {Sizes.OfCount(masked)} with a mask"));
            problems.AddRange(Faults(SavedTransformer.ShotsOf(path), "shot", shots.Select(shot => shot.Image)));
            problems.AddRange(Faults(
                SavedTransformer.ShotsOf(path), "mask", shots.Select(shot => shot.Mask).OfType<string>()));
        }
        catch (InvalidDataException error)
        {
            problems.Add(error.Message);
        }
        if (StoreInspector.Inspect(StoreLayout.StoreInSaved(path)) is { } store)
        {
            facts.AddRange(store.Facts);
            problems.AddRange(store.Problems);
        }
        else
        {
            problems.Add($"'{path}' has no store.");
        }
        return new Inspection("Saved transformer") { Facts = facts, Problems = problems };
    }

    private static IEnumerable<string> Faults(ShotFolder folder, string kind, IEnumerable<string> hashes) =>
        hashes.Distinct().Select(folder.FindFault).OfType<string>().Select(fault => $"The {kind} {fault}");
}
