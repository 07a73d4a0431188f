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

    internal void Check()
    {
        if (MaximumSimilarity is not (>= -1 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(MaximumSimilarity), MaximumSimilarity, "A cosine similarity is between -1 and 1.");
    }
}
