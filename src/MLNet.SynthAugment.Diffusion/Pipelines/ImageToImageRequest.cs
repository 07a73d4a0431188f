using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Pipelines;

/// <summary>One image to make from another one.</summary>
/// <param name="Prompt">What it shall show.</param>
/// <param name="Image">The image to start from; it stays the caller's and is not changed.</param>
/// <param name="Key">What alone decides its noise; a plain number is the key of that seed.</param>
public record ImageToImageRequest(string Prompt, Image<Rgb24> Image, NoiseKey Key)
    : ImageRequest(Prompt, Key)
{
    /// <summary>
    /// A second image whose latents are mixed with the first one's (MixUp, Zhang et al. 2018); null for none. It stays
    /// the caller's. Only <see cref="ImageToImagePipeline"/> mixes.
    /// </summary>
    public Image<Rgb24>? SecondImage { get; init; }

    /// <summary>The share of the second image's latents, 0 (the first image alone) to 1 (the second alone).</summary>
    public double Mix { get; init; } = 0.5;

    /// <summary>Refuses requests that mix images, for work that takes one image each.</summary>
    internal static void RequireOneImageEach(IEnumerable<ImageToImageRequest> requests, string work)
    {
        if (requests.Any(request => request.SecondImage is not null))
            throw new ArgumentException(
                $"A request has a second image, but {work} mixes no images: leave {nameof(SecondImage)} out.",
                nameof(requests));
    }
}
