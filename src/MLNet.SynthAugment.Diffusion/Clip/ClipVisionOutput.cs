using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>What a CLIP image encoder computes.</summary>
/// <param name="LastHiddenState">The last layer's state, [B, patches + 1, width], without the final norm.</param>
/// <param name="Pooled">The final norm of the class token's state, [B, width].</param>
/// <param name="HiddenStates">The tokens that enter the first layer, then every layer's state.</param>
public sealed record ClipVisionOutput(Tensor LastHiddenState, Tensor Pooled, IReadOnlyList<Tensor> HiddenStates);
