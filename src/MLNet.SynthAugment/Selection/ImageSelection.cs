using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Selection;

/// <summary>
/// Which synthetic images are good enough. The images of a class are made one after the other as candidates, numbered
/// from 0; each is accepted or rejected, and the first accepted ones are the class's images. Rejected ones stay in the
/// store with the reason.
/// </summary>
public sealed record ImageSelection
{
    /// <summary>Every image is accepted.</summary>
    public static ImageSelection None { get; } = new();

    /// <summary>Accepts what a CLIP model takes for the right class; null for no such filter.</summary>
    public ClipFilter? Clip { get; init; }

    /// <summary>
    /// Rejects what is nearly a copy of a shot or of an image that was accepted before; null for no such filter.
    /// </summary>
    public NearCopyFilter? NearCopies { get; init; }

    /// <summary>
    /// At most so many candidates are made for each image that is wanted; at least 1. If there are too few accepted
    /// ones then, the best of the rejected are taken, with a warning: those that are no near copies first, those with
    /// the highest score first.
    /// </summary>
    public int MaxTries { get; init; } = 10;

    /// <summary>Whether there is nothing to look at.</summary>
    internal bool AcceptsAll => Clip is null && NearCopies is null;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTries, 1);
        Clip?.Validate();
        NearCopies?.Validate();
    }
}

/// <summary>A candidate that a selection rejected.</summary>
/// <param name="Label">The class it was made for.</param>
/// <param name="Number">Which candidate of the class, from 0.</param>
/// <param name="Path">The PNG file in the store.</param>
/// <param name="Reason">Why it was rejected.</param>
/// <param name="Score">The probability of its class, or without a CLIP filter the method's own measure; NaN if not
/// measured.</param>
/// <param name="IsUsed">Whether it is among the synthetic images nevertheless, because too few were accepted.</param>
public sealed record RejectedImage(string Label, long Number, string Path, string Reason, float Score, bool IsUsed)
{
    internal static IReadOnlyList<RejectedImage> Of(
        IReadOnlyList<StoredImage> rejected, IReadOnlyList<StoredImage> images)
    {
        var used = images.Select(image => (image.Label, image.Index)).ToHashSet();
        return [.. rejected.Select(
            image => new RejectedImage(
            image.Label, image.Index, image.Path, image.Decision!.Reason!, image.Score,
            used.Contains((image.Label, image.Index))))];
    }
}
