using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>What an attention attends to, split into its heads.</summary>
/// <param name="Keys">[U, heads, L, d]; row u serves as many consecutive rows of the queries as their number is a
/// multiple of U.</param>
/// <param name="Values">The same shape.</param>
internal sealed record KeysAndValues(Tensor Keys, Tensor Values);
