using MLNet.SynthAugment.Diffusion.Images;
using MLNet.SynthAugment.FewShot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MLNet.SynthAugment.Methods;

/// <summary>Shots as trainings take them.</summary>
internal static class ShotImages
{
    /// <summary>
    /// A shot whose shorter side has the model's size, as training would bring it to in any case: so all shots of a run
    /// fit into memory.
    /// </summary>
    /// <param name="shot">The shot.</param>
    /// <param name="imageSize">The model's image size in pixels.</param>
    /// <returns>A new image that the caller disposes.</returns>
    public static Image<Rgb24> OpenSmall(Shot shot, int imageSize)
    {
        using var image = shot.OpenImage();
        return ImageResizing.ResizeShortestEdge(image, imageSize, KnownResamplers.Triangle);
    }
}
