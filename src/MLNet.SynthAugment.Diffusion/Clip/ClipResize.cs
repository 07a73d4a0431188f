using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The size that preprocessing brings images to: a length of the shorter edge, or a height and a width.
/// </summary>
/// <param name="ShortestEdge">Length of the shorter edge in pixels; the aspect ratio is kept. Null with the other
/// two.</param>
/// <param name="Height">Height in pixels, whatever the aspect ratio.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record ClipResize(int? ShortestEdge = null, int? Height = null, int? Width = null)
{
    /// <summary>Resizes an image.</summary>
    /// <returns>A new image.</returns>
    internal Image<Rgb24> Apply(Image<Rgb24> image, IResampler resampler) => ShortestEdge is { } edge
        ? ImageResizing.ResizeShortestEdge(image, edge, resampler)
        : ImageResizing.Resize(image, Width ?? image.Width, Height ?? image.Height, resampler);
}


/// <summary>Resizing kernels by their numbers in Pillow, which preprocessing configs use.</summary>
public enum PillowResampling
{
    /// <summary>The nearest pixel.</summary>
    Nearest = 0,

    /// <summary>Lanczos with three lobes.</summary>
    Lanczos = 1,

    /// <summary>A triangle.</summary>
    Bilinear = 2,

    /// <summary>Cubic (Keys 1981) with a = −0.5.</summary>
    Bicubic = 3,

    /// <summary>The mean of the pixels.</summary>
    Box = 4,
}

internal static class PillowResamplingExtensions
{
    internal static IResampler ToResampler(this PillowResampling resampling) => resampling switch
    {
        PillowResampling.Nearest => KnownResamplers.NearestNeighbor,
        PillowResampling.Lanczos => KnownResamplers.Lanczos3,
        PillowResampling.Bilinear => KnownResamplers.Triangle,
        PillowResampling.Bicubic => KnownResamplers.Bicubic,
        PillowResampling.Box => KnownResamplers.Box,
        _ => throw new ArgumentOutOfRangeException(
            nameof(resampling), resampling, "This resizing kernel is not supported."),
    };
}
