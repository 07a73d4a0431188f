using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One image of which a part is to be painted anew.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Image">The image; it stays the caller's and is not changed.</param>
/// <param name="Mask">White where to paint, black where to keep (grey is rounded), of the image's size; it stays the
/// caller's.</param>
/// <param name="RunSeed">The seed of the whole run.</param>
/// <param name="ClassName">The class it is for.</param>
/// <param name="Index">Its number within the class.</param>
public sealed record InpaintRequest(
    string Prompt, Image<Rgb24> Image, Image<Rgb24> Mask, long RunSeed, string ClassName, long Index)
    : ImageToImageRequest(Prompt, Image, RunSeed, ClassName, Index);
