using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MLNet.SynthAugment.Diffusion.Training;

/// <summary>An image and the prompt that describes it.</summary>
/// <param name="Image">The image, of any size; the caller keeps it.</param>
/// <param name="Prompt">Its description, such as "a photo of a tulip".</param>
public sealed record TrainingExample(Image<Rgb24> Image, string Prompt);
