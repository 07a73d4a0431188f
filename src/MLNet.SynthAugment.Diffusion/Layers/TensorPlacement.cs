using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Layers;

/// <summary>Where a module's parameters live and in which type they are held.</summary>
/// <param name="Device">The device of the parameters.</param>
/// <param name="Dtype">The element type of the parameters.</param>
public sealed record TensorPlacement(Device Device, ScalarType Dtype);
