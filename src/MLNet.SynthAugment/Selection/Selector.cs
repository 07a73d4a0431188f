using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// Decides on the candidates of a store. What was decided before is read from its manifest; a CLIP model is loaded only
/// for what is new.
/// </summary>
/// <param name="specification">The filters.</param>
/// <param name="classes">All classes of the data.</param>
/// <param name="clip">Gives the CLIP model.</param>
/// <param name="store">The store.</param>
internal sealed class Selector(
    SelectionSpecification specification, IReadOnlyList<ShotClass> classes, Func<ClipEncoder> clip,
    SynthesisStore store)
{
    private readonly long? _id = store.Selections.FindSelection(specification.ToJson(), canAdd: !store.IsReadOnly);
    private ClassProbabilities? _probabilities;

    public SelectionSpecification Specification => specification;

    public ImageFeatures Features { get; } = new(clip, specification.ClipSha256, store.Selections);

    /// <summary>Decides on the candidates of one class.</summary>
    public ClassSelector For(ShotClass shotClass) => new(this, shotClass);

    /// <summary>The decisions that are in the manifest, by the candidate's index and hash.</summary>
    public IReadOnlyDictionary<(long Index, string Sha256), Decision> ReadDecisions(ShotClass shotClass) =>
        _id is { } id ? store.Selections.ReadDecisions(
            id, shotClass.Label) : new Dictionary<(long, string), Decision>();

    /// <summary>Keeps a decision.</summary>
    public void Add(StoredImage image, Decision decision) =>
        store.Selections.AddDecision(_id ?? throw StoreErrors.ReadOnly(store.Folder), image, decision);

    /// <summary>The labels with their probabilities for an image, in the classes' order.</summary>
    public IReadOnlyList<(string Label, double Probability)> Classify(ClipFilter filter, float[] image)
    {
        _probabilities ??= new ClassProbabilities(filter, classes, clip(), Features);
        return [.. classes.Select(found => found.Label).Zip(_probabilities.Of(image))];
    }
}

/// <summary>
/// What decisions on images depend on, beside the images and the shots. A change of it decides anew; no image is made
/// again.
/// </summary>
/// <param name="Clip">The filter by class, or null.</param>
/// <param name="NearCopies">The filter of near copies, or null.</param>
/// <param name="ClipSha256">The content hash of the CLIP model.</param>
internal sealed record SelectionSpecification(ClipFilter? Clip, NearCopyFilter? NearCopies, string ClipSha256)
{
    /// <summary>The canonical text: one property order, no spaces.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StoreSpecification.Format);
}
