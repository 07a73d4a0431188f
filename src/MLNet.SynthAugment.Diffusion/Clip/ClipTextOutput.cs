using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>What a CLIP text encoder computes.</summary>
/// <param name="LastHiddenState">The last layer's state after the final norm, [B, S, width]: what Stable Diffusion
/// attends to.</param>
/// <param name="HiddenStates">The embeddings, then every layer's state, all without the final norm.</param>
public sealed record ClipTextOutput(Tensor LastHiddenState, IReadOnlyList<Tensor> HiddenStates);
