using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>
/// Changes one training image at random, so that a classifier sees another one each time. Its class stays.
/// </summary>
public interface IImageAugmentation
{
    /// <summary>Makes a changed image.</summary>
    /// <param name="image">float32 [3, H, W], 0 to 1, on the CPU; it is not changed.</param>
    /// <param name="random">Where all random numbers come from.</param>
    /// <returns>A new tensor of the same type and range.</returns>
    Tensor Apply(Tensor image, SeededRandom random);
}
