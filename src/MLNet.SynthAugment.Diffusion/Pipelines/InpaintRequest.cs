using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One image of which a part is to be painted anew.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Image">The image; it stays the caller's and is not changed.</param>
/// <param name="Mask">White where to paint, black where to keep (grey is rounded), of the image's size; it stays the
/// caller's.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public sealed record InpaintRequest(
    string Prompt, Image<Rgb24> Image, Image<Rgb24> Mask, NoiseKey Key)
    : ImageToImageRequest(Prompt, Image, Key);
