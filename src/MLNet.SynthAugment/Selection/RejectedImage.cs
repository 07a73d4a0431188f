using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Selection;

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
