using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Selection;

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
