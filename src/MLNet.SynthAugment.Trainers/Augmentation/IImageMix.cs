using MLNet.SynthAugment.Diffusion;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Trainers.Augmentation;

/// <summary>Makes one training image of two; its label is mixed in the same shares.</summary>
public interface IImageMix
{
    /// <summary>Mixes two images.</summary>
    /// <param name="first">float32 [3, H, W], 0 to 1; not changed.</param>
    /// <param name="second">The same shape; not changed.</param>
    /// <param name="random">Where all random numbers come from.</param>
    /// <returns>A new tensor of the same shape, and how much of it is the first image, 0 to 1.</returns>
    (Tensor Image, double FirstShare) Mix(Tensor first, Tensor second, SeededRandom random);
}
