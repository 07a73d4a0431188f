using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Methods;

/// <summary>Which image of a class another one starts from.</summary>
internal static class AnchorChoice
{
    private const string AnchorStream = "anchor";

    /// <summary>Index of the anchor; null for an image that is optimised in full.</summary>
    public static long? Of(SeedSelect method, SynthesisContext context, ShotClass shotClass, long index) =>
        SeedGroup.Of(index, method).FromAnchors
        ? SeededRandom.Create(new NoiseKey(context.Seed, shotClass.Label, index), AnchorStream).Next(method.Anchors)
        : null;
}
