using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Selection;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Synthesis;

/// <summary>How many images of a class are wanted, beyond those that were given before.</summary>
internal sealed record ImageQuota(ShotClass Class, long Count, IReadOnlySet<long> Given)
{
    /// <summary>The number of images that have to be there, those given before among them.</summary>
    public long Total => Count + Given.Count;
}

/// <summary>
/// The candidates of a class as far as they are made and decided on, in order and without a gap. The first accepted
/// ones are the images of the class, whoever made them and in whatever order.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="quota">What is wanted.</param>
/// <param name="maxTries">At most so many candidates are made for each image.</param>
/// <param name="selector">Decides; null accepts all.</param>
internal sealed class ClassCandidates(SynthesisStore store, ImageQuota quota, int maxTries, ClassSelector? selector)
{
    private readonly long _limit = selector is null ? quota.Total : checked(quota.Total * maxTries);
    private readonly List<StoredImage> _accepted = [];
    private readonly List<StoredImage> _rejected = [];

    public ShotClass Class => quota.Class;

    public long Decided => _accepted.Count + _rejected.Count;

    public long Accepted => _accepted.Count;

    public IReadOnlyList<StoredImage> Rejected => _rejected;

    public bool IsComplete => Accepted >= quota.Total || Decided >= _limit;

    /// <summary>How many of the images that are wanted are sure by now.</summary>
    public long Done => IsComplete ? quota.Total : Accepted;

    public long Total => quota.Total;

    /// <summary>How many rejected images fill up what is wanted.</summary>
    public long FilledUp => IsComplete ? quota.Total - Accepted : 0;

    /// <summary>Decides on the candidates that are in the store.</summary>
    public void Advance(CancellationToken cancellationToken)
    {
        while (!IsComplete && store.Find(Class.Label, Decided) is { } image)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var decided = selector is null ? image : image with { Decision = selector.Decide(image, _accepted) };
            (decided.Decision is { IsAccepted: false } ? _rejected : _accepted).Add(decided);
        }
    }

    /// <summary>
    /// The candidates that are missing and will be needed however those in between are decided: enough if all are
    /// accepted. So several processes can make them at once and none makes one too many.
    /// </summary>
    public IEnumerable<long> Missing() => IsComplete
        ? []
        : Enumerable.Range(0, (int)Math.Min(_limit - Decided, quota.Total - Accepted)).Select(i => Decided + i)
            .Where(index => store.Find(Class.Label, index) is null);

    /// <summary>Rejected images in the order in which they fill up.</summary>
    public static IEnumerable<StoredImage> BestFirst(IEnumerable<StoredImage> rejected) =>
        rejected.OrderBy(image => image.Decision!.IsNearCopy)
            .ThenByDescending(image => float.IsNaN(image.Score) ? float.NegativeInfinity : image.Score)
                .ThenBy(image => image.Index);

    /// <summary>
    /// The images of a complete class, by index: the first accepted ones and, if they are too few, the best of the
    /// rejected.
    /// </summary>
    public IReadOnlyList<StoredImage> Images()
    {
        return [.. _accepted.Concat(BestFirst(_rejected).Take((int)FilledUp)).OrderBy(image => image.Index)
            .Where(image => !quota.Given.Contains(image.Index)).Take((int)quota.Count)];
    }
}
