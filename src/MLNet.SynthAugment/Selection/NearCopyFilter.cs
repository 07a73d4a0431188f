using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// Rejects an image that is nearly a copy of a shot of its class, or of an image of its class that was accepted before
/// it: one whose CLIP image features point in nearly the same direction.
/// </summary>
public sealed record NearCopyFilter
{
    /// <summary>The cosine similarity up to which no image counts as a copy, from −1 to 1.</summary>
    public double MaximumSimilarity { get; init; } = 0.95;

    /// <summary>
    /// Whether the limit of a class rises to the similarity of its two most similar (different) shots, where that is
    /// higher: a copy is then what is nearer to an image than real images are to each other. It keeps the filter from
    /// rejecting everything where all images look alike to the CLIP model.
    /// </summary>
    public bool RelativeToShots { get; init; } = true;

    internal void Validate()
    {
        if (MaximumSimilarity is not (>= -1 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(MaximumSimilarity), MaximumSimilarity, "A cosine similarity is between -1 and 1.");
    }
}

/// <summary>What is nearly a copy of a class's shots, or of its images.</summary>
internal sealed class NearCopies
{
    private readonly IReadOnlyList<(string Hash, float[] Feature)> _shots;

    public NearCopies(NearCopyFilter filter, ShotClass shotClass, ImageFeatures features)
    {
        _shots = [.. shotClass.Shots.DistinctBy(shot => shot.ImageHash)
            .Select(shot => (shot.ImageHash, features.Of(shot)))];
        Limit = filter.RelativeToShots
            ? Math.Max(filter.MaximumSimilarity, SimilarityAmongShots()) : filter.MaximumSimilarity;
    }

    /// <summary>The similarity above which an image is a copy.</summary>
    public double Limit { get; }

    /// <summary>The shot that is nearest to an image.</summary>
    public (string Hash, double Similarity) NearestShot(float[] image) =>
        _shots.Select(shot => (shot.Hash, Similarity: ImageFeatures.Similarity(image, shot.Feature)))
            .MaxBy(shot => shot.Similarity);

    // −1, the least similarity there is, for a single shot.
    private double SimilarityAmongShots()
    {
        var greatest = -1.0;
        for (var i = 0; i < _shots.Count; i++)
        {
            for (var j = 0; j < i; j++)
                greatest = Math.Max(greatest, ImageFeatures.Similarity(_shots[i].Feature, _shots[j].Feature));
        }
        return greatest;
    }
}
