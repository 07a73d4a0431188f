using MLNet.SynthAugment.FewShot;
using MLNet.SynthAugment.Files;

namespace MLNet.SynthAugment.Methods;

/// <summary>
/// Images of a class whose seeds are optimised together and kept in one file. Which images belong together depends on
/// their indices alone, not on the batches that they are asked for in.
/// </summary>
/// <param name="First">The first image's index.</param>
/// <param name="Count">How many images there are.</param>
/// <param name="FromAnchors">Whether they start from anchors.</param>
internal sealed record SeedGroup(long First, int Count, bool FromAnchors)
{
    private const string AnchorStream = "anchor";

    /// <summary>The indices of the images.</summary>
    public IReadOnlyList<long> Indices => [.. Enumerable.Range(0, Count).Select(i => First + i)];

    /// <summary>The group of an image; anchors and others never share one.</summary>
    public static SeedGroup Of(long index, SeedSelect method)
    {
        var anchors = AnchorsOf(method);
        var fromAnchors = anchors > 0 && index >= anchors;
        var begin = fromAnchors ? anchors : 0;
        var first = begin + (index - begin) / method.SeedsAtOnce * method.SeedsAtOnce;
        var isAnchor = index < anchors;
        return new SeedGroup(first, isAnchor
            ? (int)Math.Min(method.SeedsAtOnce, anchors - first) : method.SeedsAtOnce, fromAnchors);
    }

    /// <summary>The groups of the anchors of a class; none if images do not start from anchors.</summary>
    public static IEnumerable<SeedGroup> OfAnchors(SeedSelect method)
    {
        var anchors = AnchorsOf(method);
        for (var first = 0; first < anchors; first += method.SeedsAtOnce)
            yield return Of(first, method);
    }

    /// <summary>Index of the anchor that an image starts from; null for an image that is optimised in full.</summary>
    public static long? AnchorOf(SeedSelect method, SynthesisContext context, ShotClass shotClass, long index) =>
        Of(index, method).FromAnchors
        ? SeededRandom.Create(new NoiseKey(context.Seed, shotClass.Label, index), AnchorStream).Next(method.Anchors)
        : null;

    /// <summary>The file of the seeds, in the state folder.</summary>
    public string FileName(ShotClass shotClass) =>
        $"{StoreLayout.Seeds}/{FileNames.Unique(shotClass.Label)}/{First:D6}.safetensors";

    private static int AnchorsOf(SeedSelect method) => method.Start == SeedSelectStart.Noise ? method.Anchors : 0;
}
