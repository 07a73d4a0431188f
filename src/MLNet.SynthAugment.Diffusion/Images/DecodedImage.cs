using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Images;

/// <summary>The pixels of an image, and what in it left a choice.</summary>
/// <param name="Pixels">The pixels.</param>
/// <param name="StatesOrientation">Whether the file says that its pixels do not lie upright.</param>
/// <param name="IsTransparent">Whether any pixel was not opaque.</param>
internal sealed record DecodedImage(Image<Rgb24> Pixels, bool StatesOrientation, bool IsTransparent) : IDisposable
{
    public void Dispose() => Pixels.Dispose();
}
