using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>What a safetensors header says of one tensor.</summary>
/// <param name="Dtype">Element type.</param>
/// <param name="Shape">Shape; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the start of the data part.</param>
/// <param name="End">Byte after the last one.</param>
public sealed record TensorInfo(ScalarType Dtype, IReadOnlyList<long> Shape, long Begin, long End);
