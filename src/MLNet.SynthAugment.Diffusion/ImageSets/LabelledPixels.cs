using MLNet.SynthAugment.Diffusion.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>What tells whether an image can teach its class anything.</summary>
/// <param name="Class">The class's label.</param>
/// <param name="Name">What messages call the image: a path, or its row.</param>
/// <param name="Hash">The hash of its size and pixels, by <see cref="PixelContent.Hash"/>.</param>
/// <param name="IsOneColour">Whether all pixels are equal.</param>
internal sealed record LabelledPixels(string Class, string Name, string Hash, bool IsOneColour)
{
    /// <summary>Looks at an image.</summary>
    public static LabelledPixels Of(string className, string name, Image<Rgb24> image) =>
        new(className, name, PixelContent.Hash(image), PixelContent.IsOneColour(image));
}
