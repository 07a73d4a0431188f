using MLNet.SynthAugment.Evaluation.Comparisons.Results;
using MLNet.SynthAugment.Store;
using MLNet.SynthAugment.Synthesis;

namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>A class of a store as a report shows it.</summary>
/// <param name="Label">The class.</param>
/// <param name="Shots">The image hashes of its shots.</param>
/// <param name="Kept">The synthetic images that were trained on.</param>
/// <param name="FilledUp">Those of them that the selection had rejected.</param>
/// <param name="Rejected">The other rejected ones, with their decisions.</param>
internal sealed record ClassImages(
    string Label, IReadOnlyList<string> Shots, IReadOnlyList<StoredImage> Kept, IReadOnlySet<StoredImage> FilledUp,
    IReadOnlyList<StoredImage> Rejected);

/// <summary>The real and synthetic images of one synthesis, read from its store without changing anything.</summary>
/// <param name="Folder">The store.</param>
/// <param name="ShotFolder">Where the shots are.</param>
/// <param name="HasSelection">Whether images were selected.</param>
/// <param name="Classes">The classes.</param>
internal sealed record SynthesisImages(
    string Folder, ShotFolder ShotFolder, bool HasSelection, IReadOnlyList<ClassImages> Classes)
{
    /// <summary>Reads the images of a synthesis.</summary>
    /// <param name="synthesis">The synthesis.</param>
    /// <param name="settings">The comparison's settings.</param>
    /// <param name="comparison">The comparison's folder, where the store is looked for too; null for none.</param>
    /// <exception cref="IOException">The store is gone.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or does not know the comparison's selection.</exception>
    public static SynthesisImages Read(SynthesisResult synthesis, ComparisonSettings settings, string? comparison)
    {
        var folder = Find(synthesis.Store, comparison);
        using var manifest = Manifest.Open(folder, isReadOnly: true);
        var specification = StoreContents.ReadSpecification(manifest, folder);
        var images = manifest.ReadImages().ToLookup(image => image.Label);
        var selection = settings.Selection is { AcceptsAll: false } chosen ? chosen : null;
        long? id = selection is null ? null : FindSelection(manifest, selection);
        return new SynthesisImages(
            folder, new ShotFolder(StoreLayout.ShotsBeside(folder)),
            selection is not null, [.. specification.Classes.Select(ofClass =>
            {
                var label = ofClass.Label;
                var shots = ofClass.Shots.Select(shot => shot.Image).ToList();
                return id is { } number
                    ? Decided(label, shots, images[label],
                        manifest.Selections.ReadDecisions(number, label), synthesis.Amount)
                    : new ClassImages(label, shots,
                        [.. images[label].Where(image => image.Index < synthesis.Amount)],
                        new HashSet<StoredImage>(), []);
            })]);
    }

    // Where it was made, or where the comparison is now.
    private static string Find(string store, string? comparison)
    {
        if (StoreContents.IsStore(store))
            return store;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(store.Replace('\\', '/')));
        if (comparison is not null && name.Length > 0 && name is not ("." or "..")
            && Path.Combine(StoreLayout.RootIn(comparison), name) is var moved && StoreContents.IsStore(moved))
            return moved;
        throw new IOException($"the store '{store}' is not there any more");
    }

    // The CLIP model may be gone, so that its hash is not known: the latest decisions of these filters.
    private static long FindSelection(Manifest manifest, ImageSelection selection)
    {
        var wanted = JsonNode.Parse(new SelectionSpecification(selection.Clip, selection.NearCopies, "").ToJson())!;
        foreach (var (id, text) in manifest.Selections.ReadSelections())
        {
            if (JsonNode.Parse(text) is JsonObject found && IsSame(nameof(SelectionSpecification.Clip))
                && IsSame(nameof(SelectionSpecification.NearCopies)))
                return id;
            bool IsSame(string part) => JsonNode.DeepEquals(wanted[part], found[part]);
        }
        throw new InvalidDataException("the store holds no decisions of the comparison's selection");
    }

    // As the images of a class were found when they were made: the first accepted ones, then the best of the rejected.
    private static ClassImages Decided(
        string label, IReadOnlyList<string> shots, IEnumerable<StoredImage> images,
        IReadOnlyDictionary<(long, string), Decision> decisions, int amount)
    {
        var (accepted, rejected) = (new List<StoredImage>(), new List<StoredImage>());
        foreach (var image in images.OrderBy(image => image.Index).TakeWhile(_ => accepted.Count < amount))
        {
            if (decisions.GetValueOrDefault((image.Index, image.Sha256)) is { } decision)
                (decision.IsAccepted ? accepted : rejected).Add(image with { Decision = decision });
        }
        var filling = ClassCandidates.BestFirst(rejected).Take(amount - accepted.Count).ToHashSet();
        return new ClassImages(label, shots, [.. accepted.Concat(filling).OrderBy(image => image.Index)], filling,
            [.. rejected.Where(image => !filling.Contains(image))]);
    }
}
