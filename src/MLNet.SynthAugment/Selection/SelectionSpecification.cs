using System.Text.Json;
using MLNet.SynthAugment.Store;

namespace MLNet.SynthAugment.Selection;

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
