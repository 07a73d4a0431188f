using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// A part of a UNet's forward pass. The parts are run one after the other; between two of them there is nothing but the
/// hidden image and the images kept for the way up, so that gradients can be computed part by part.
/// </summary>
/// <param name="hidden">The image from the part before; the noisy latents for the first part.</param>
/// <param name="step">What all parts are given beside the image.</param>
/// <param name="skips">Images of the way down that the way up still needs; a part pushes its own or takes one
/// off.</param>
/// <returns>The image for the next part.</returns>
internal delegate Tensor UNetStage(Tensor hidden, UNetStep step, Stack<Tensor> skips);
