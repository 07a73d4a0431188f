using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// Decides on the candidates of one class, in their order. A decision follows from the candidates up to it, the shots
/// and the filters alone.
/// </summary>
internal sealed class ClassSelector(Selector selector, ShotClass shotClass)
{
    private readonly IReadOnlyDictionary<(long Index, string Sha256), Decision> _known =
        selector.ReadDecisions(shotClass);
    private readonly List<(long Index, float[] Feature)> _accepted = [];
    private NearCopies? _copies;

    /// <summary>Decides on a candidate.</summary>
    /// <param name="image">The candidate.</param>
    /// <param name="acceptedBefore">The accepted ones among the candidates before it, in order.</param>
    public Decision Decide(StoredImage image, IReadOnlyList<StoredImage> acceptedBefore)
    {
        if (_known.GetValueOrDefault((image.Index, image.Sha256)) is { } known)
            return known;
        var feature = selector.Features.Of(image);
        var decision = new Decision();
        if (selector.Specification.Clip is { } clip)
            decision = JudgeClass(decision, clip, feature);
        if (selector.Specification.NearCopies is { } nearCopies)
            decision = JudgeCopy(decision, nearCopies, feature, acceptedBefore);
        selector.Add(image, decision);
        return decision;
    }

    private Decision JudgeClass(Decision decision, ClipFilter filter, float[] feature)
    {
        var probabilities = selector.Classify(filter, feature);
        var own = probabilities.First(found => found.Label == shotClass.Label).Probability;
        var best = probabilities.MaxBy(found => found.Probability);
        // Classes of the same name are equally probable: none of them is wrong.
        if (best.Probability <= own)
            best = (shotClass.Label, own);
        return decision with
        {
            ClassProbability = own,
            MostProbableClass = best.Label,
            Reason = filter.MinimumProbability is { } minimum
                ? own >= minimum ? null : Sentence(
                    $"the probability of its class, {own:0.###}, is below {minimum:0.###}")
                : best.Label == shotClass.Label
                    ? null : $"taken for '{best.Label}' with probability "
                        + Sentence($"{best.Probability:0.###}, for its own class with {own:0.###}"),
        };
    }

    private Decision JudgeCopy(
        Decision decision, NearCopyFilter filter, float[] feature, IReadOnlyList<StoredImage> acceptedBefore)
    {
        _copies ??= new NearCopies(filter, shotClass, selector.Features);
        foreach (var accepted in acceptedBefore.Skip(_accepted.Count))
            _accepted.Add((accepted.Index, selector.Features.Of(accepted)));
        var shot = _copies.NearestShot(feature);
        var image = _accepted.Select(
            other => (other.Index, Similarity: ImageFeatures.Similarity(feature, other.Feature)))
            .DefaultIfEmpty((Index: -1, Similarity: double.NaN)).MaxBy(other => other.Similarity);
        var reason = shot.Similarity > _copies.Limit
            ? "nearly a copy of a shot: " + Excess(shot.Similarity)
            : image.Similarity > _copies.Limit
                ? $"nearly a copy of image {image.Index}: " + Excess(image.Similarity) : null;
        return decision with
        {
            ShotSimilarity = shot.Similarity,
            NearestShot = shot.Hash,
            ImageSimilarity = double.IsNaN(image.Similarity) ? null : image.Similarity,
            NearestImage = image.Index < 0 ? null : image.Index,
            IsNearCopy = reason is not null,
            Reason = reason is null ? decision.Reason : decision.Reason is null
                ? reason : $"{decision.Reason}; {reason}",
        };
    }

    private string Excess(double similarity) =>
        Sentence($"similarity {similarity:0.####}, at most {_copies!.Limit:0.####} is allowed");

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
