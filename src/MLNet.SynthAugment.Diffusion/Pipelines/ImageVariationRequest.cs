using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One variation of an image, or of what lies between two images.</summary>
/// <param name="Image">The image; it stays the caller's and is not changed.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public sealed record ImageVariationRequest(Image<Rgb24> Image, NoiseKey Key)
    : ImageRequest("", Key)
{
    /// <summary>
    /// A second image; the embedding is then interpolated between the two on the sphere. Null for none.
    /// </summary>
    public Image<Rgb24>? SecondImage { get; init; }

    /// <summary>Where between the two, 0 (the first) to 1 (the second).</summary>
    public double Mix { get; init; } = 0.5;
}
